// Package verify answers one question: where does the log differ from its chain?
//
// Package verify compares the log with its chain, either completely when an operator asks for
// it, or part by part while a process runs. engine/chain makes the chain. Alerts are not part of
// package verify. Alerts use the metrics and the report of package verify.
//
// In reading order: report.go says what is compared, and what was found; end.go reads where the
// chain and the log end; walk.go compares the log with the chain, link by link; verify.go
// compares the whole chain once; watcher.go compares the whole chain part by part, and then
// starts again.
//
// Package verify reads the table chain_links and, through engine/eventlog, the log. Package
// verify writes neither the table nor the log. Watcher.Run takes no lock: each process compares
// on its own, so that nobody can stop the comparison by taking a lock. engine/process/projector
// runs the Watcher; engine/process/ops calls Chain when an operator asks for it. Package verify
// must never repair a difference.
package verify
