// Package write answers one question: how do appends that come one by one go out together? It queues
// them, makes batches of what has queued, and has one batch after another delivered.
//
// The queue, its bounds and the choice of what may fly together belong here. SQL does not, nor does
// what decides an outcome: engine/eventlog/delivery has that. Nor does a decision: engine/command
// makes those.
//
// In reading order: append.go takes an append in and waits for its outcome, committer.go collects
// what waits into a batch, writer.go has what both use.
//
// Run must run, once: appends that queue while the last flight is out share the next, its lock and
// its fsync. A Writer may be used by many goroutines. The next batch leaves when the last has landed,
// is in doubt or overdue; the lock orders those that are out together (docs/decisions/0001). A caller
// must never wait for the committer to encode: it does that by itself, before it queues.
//
// engine/command appends by way of engine/eventlog.
package write
