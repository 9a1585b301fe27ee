// Package batch applies a batch of events to a projection's tables, once and in order, and moves
// the checkpoint in the same transaction.
//
// Put code that reads a batch, applies it, or parks a stream at an event that can't be applied in
// this package. The loop of engine/projection decides when the next batch is due, and a rebuild
// (engine/projection/rebuild) has its own loop. The SQL of a read model belongs in the function
// Apply of that read model.
//
// In reading order: applier.go has the fields of an Applier; queue.go makes Apply queue its SQL,
// and requires each statement to change a row; blame.go distinguishes errors of an event from
// errors of the database; project.go applies a batch in one transaction; park.go finds the event
// that can't be applied and parks its stream, while the other streams go on; step.go reads the
// checkpoint and the next batch. metrics.go has the metrics.
//
// Package batch writes the tables checkpoints, parked_streams and applied_ranges, through
// engine/projection/checkpoint and engine/projection/reconcile, and the tables of the read model.
// Package batch starts no goroutine: Step works on one connection of its caller, and the session
// lock or the compare-and-set excludes other processes. Package batch must never write to the log.
package batch
