// Package batch applies a batch of events to a projection's tables, once and in order, and moves
// the checkpoint in the same transaction.
//
// Three kinds of code belong in this package: code that reads a batch of events, code that applies
// the batch, and code that parks the stream of an event that can't be applied. The loop in
// engine/projection decides when to apply the next batch; a rebuild (engine/projection/rebuild) has
// its own loop. The SQL of a read model belongs in the function Apply of that read model.
//
// In reading order: applier.go has the fields of an Applier; queue.go lets the function Apply of a
// read model queue SQL, and requires each statement to change a row; blame.go distinguishes errors
// of an event from errors of the database; project.go applies a batch in one transaction; park.go
// finds the event that can't be applied and parks its stream, while the events of other streams are
// applied; step.go reads the checkpoint and the next batch. metrics.go has the metrics.
//
// Package batch writes the tables of the read model. Through engine/projection/checkpoint and
// engine/projection/reconcile, it writes the tables checkpoints, parked_streams and applied_ranges.
// Package batch starts no goroutine: Step works on the connection that its caller passes. A session
// lock keeps other processes away from the projection. If a process has lost the lock without
// noticing, its transaction fails, because another process has moved the checkpoint. Package batch
// must never write to the log.
package batch
