// Package verify answers one question: which events of the log differ from the chain of hashes?
//
// Package verify compares the log with its chain of hashes. Package verify compares the whole log
// at once when an operator asks for the comparison. While a process runs, package verify compares
// one part of the log after another. engine/chain makes the chain. Package verify raises no alerts:
// operators define alerts on its metrics and report.
//
// In reading order: report.go has the scope and the result of a comparison; end.go reads the last
// positions of the chain and of the log; walk.go compares the log with the chain, link by link;
// verify.go compares the whole chain once; watcher.go compares one part after another, and begins
// again after the last part.
//
// Package verify reads the table chain_links and, through engine/eventlog, the log. Package verify
// writes neither the table nor the log. Watcher.Run takes no lock, because an attacker could stop
// the comparison by taking the lock. Therefore each process that runs a Watcher compares the whole
// log. engine/process/projector runs the Watcher; engine/process/ops calls Chain when an operator
// asks for a verification. Package verify must never repair a difference.
package verify
