// Package write answers one question: how do appends that come one by one go out together? It
// queues them, makes batches of what has queued, and has one batch after another delivered.
//
// The queue, its bounds and the choice of what may go in one flight belong here. SQL does not, nor
// does finding an append's outcome: engine/eventlog/delivery has that. Nor does a decision:
// engine/command makes those.
//
// In reading order: append.go takes an append in and waits for its outcome, committer.go collects
// what waits into a batch, writer.go has what both use.
//
// Run must run, once: appends that queue during a flight share the next one, its lock and its
// fsync. A Writer may be used by many goroutines. The next batch leaves when the last one has
// committed, its outcome is unknown or it is overdue; the lock orders flights that overlap
// (docs/decisions/0001). No caller may wait for the committer to encode: a caller encodes its own
// append, before it queues.
//
// engine/command appends through engine/eventlog.
package write
