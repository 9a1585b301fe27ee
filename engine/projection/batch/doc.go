// Package batch answers one question: how does a batch of events get into a projection's tables,
// once and in order? It applies the batch and moves the checkpoint in one transaction.
//
// Reading a batch, applying it, and parking a stream at an event that can't be applied belong here.
// Deciding when the next batch is due does not: the loop of engine/projection decides that, and a
// rebuild (engine/projection/rebuild) has its own. The SQL of a read model is the function Apply.
//
// In reading order: applier.go says what an Applier needs; queue.go makes Apply queue its SQL, and
// requires each statement to change a row; blame.go distinguishes an event's own fault from the
// database's; project.go applies a batch in one transaction; park.go finds the event that can't be
// applied and parks its stream, while the others go on; step.go reads the checkpoint and the next
// batch. metrics.go counts.
//
// It writes checkpoints, parked_streams and applied_ranges by engine/projection/checkpoint and
// engine/projection/reconcile, beside the tables of the read model. Nothing runs by itself: a
// caller of Step works on one connection, alone by a session lock or by the compare-and-set. It
// must never write to the log.
package batch
