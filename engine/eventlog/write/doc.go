// Package write answers one question: how are the appends of many callers collected into batches?
// The package queues appends, makes batches of the queued appends, and passes one batch after
// another to engine/eventlog/delivery.
//
// The package has the queue and its limits, and chooses the appends of each batch. The package has
// no SQL. It does not find out whether an append has succeeded, because engine/eventlog/delivery
// does this. The package decides no commands: engine/command does.
//
// In reading order: append.go queues an append and waits for its outcome; committer.go collects the
// queued appends into batches; writer.go has the type Writer.
//
// Run must be called exactly once. A batch is sent in one transaction, called a flight. Appends
// that are queued during a flight share the next flight, its lock and its fsync. A Writer is safe
// for concurrent use. The next batch is sent when the last batch has committed, has an unknown
// outcome, or runs for too long. Flights may therefore overlap; the append lock gives them one
// order (docs/decisions/0001). The goroutine of Run must never encode an append, because other
// callers would have to wait: each caller encodes its own append before queueing it.
//
// engine/command appends through engine/eventlog.
package write
