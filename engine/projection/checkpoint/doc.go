// Package checkpoint answers one question: where is a projection in the log, and which process may
// move it on? Everything that works on projections uses it: the loop, retries, rebuilds.
//
// The statements that read, move, lock and stop a row of checkpoints belong here. Applying events
// before a checkpoint is moved does not: that is engine/projection/batch. Queries of read models
// ask engine/position instead.
//
// In reading order: move.go has the compare-and-set that is the fence between processes
// (docs/decisions/0002), and locks the checkpoint for a transaction; ahead.go stops a projection
// that is further than a log which went back; rename.go gives a checkpoint to another name, for a
// rebuild; checkpoint.go reads where a projection is; locks.go names the session locks.
//
// Its table is checkpoints; it reads parked_streams with it, whose rows count as known only
// together with parkings. Nothing runs by itself. It must never change a row of a read model.
package checkpoint
