// Package checkpoint stores the position of each projection in the log, and ensures that only one
// process moves it on. The loop, retries and rebuilds of projections all use this package.
//
// Put statements that read, move, lock and stop a row of the table checkpoints in this package.
// Code that applies events belongs in engine/projection/batch. Queries of read models use
// engine/position instead.
//
// In reading order: move.go has the compare-and-set that excludes other processes
// (docs/decisions/0002), and locks the checkpoint for a transaction; ahead.go stops a projection
// that is ahead of a log which went back; rename.go gives a checkpoint to another name, for a
// rebuild; checkpoint.go reads a checkpoint; locks.go names the session locks.
//
// The table of package checkpoint is checkpoints. Package checkpoint also reads the table
// parked_streams, whose rows are valid only for the value of the column parkings that was read with
// them. Package checkpoint starts no goroutine. Package checkpoint must never change a row of a
// read model.
package checkpoint
