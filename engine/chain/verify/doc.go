// Package verify answers one question: where does the log differ from its chain?
//
// Comparing belongs here: everything at once for an operator, or one part after another for as long
// as a process runs. Making the chain does not: that is engine/chain. Neither does alerting, which
// uses the metrics and the report.
//
// In reading order: report.go says what is compared, and what was found; end.go reads where the
// chain and the log end; walk.go goes along the chain, link by link; verify.go does so once, from
// one end to the other; watcher.go does so again and again.
//
// It reads the table chain_links and, by engine/eventlog, the log, and writes neither. Watcher.Run
// takes no lock: each process compares for itself, so that nobody can keep it from comparing.
// engine/process/projector runs it; engine/process/ops verifies when an operator asks. It must
// never repair what it finds.
package verify
