// Package write answers one question: how do appends that arrive one by one go out together? The
// package queues appends, makes batches of the queued appends, and passes one batch after another
// to engine/eventlog/delivery.
//
// The package has the queue and its bounds, and chooses the appends that go in one flight. The
// package has no SQL and does not find the outcome of an append: engine/eventlog/delivery does. The
// package decides no command: engine/command does.
//
// In reading order: append.go queues an append and waits for its outcome; committer.go collects the
// queued appends into batches; writer.go has the Writer, which both files use.
//
// Run must be called exactly once. Appends that queue during a flight share the next flight, its
// lock and its fsync. A Writer is safe for concurrent use. The next batch starts when the last
// batch has committed, has an unknown outcome, or is overdue; the append lock orders flights that
// overlap (docs/decisions/0001). The committer must never encode an append, because other callers
// would wait: each caller encodes its own append before it queues it.
//
// engine/command appends through engine/eventlog.
package write
