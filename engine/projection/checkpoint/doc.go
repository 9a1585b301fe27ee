// Package checkpoint stores the position of each projection in the log, and ensures that only one
// process at a time can move that position. The loop of a projection, the retry of a parked stream
// and a rebuild all use this package.
//
// This package has the statements that read, lock or move a checkpoint, or that stop a projection.
// Code that applies events belongs in engine/projection/batch. A query of a read model must use
// engine/position instead.
//
// In reading order: move.go has the compare-and-set that excludes other processes
// (docs/decisions/0002), and locks the checkpoint for a transaction; ahead.go stops a projection
// whose checkpoint is ahead of the log; rename.go copies a checkpoint to another name, for a
// rebuild; checkpoint.go reads a checkpoint; locks.go names the session locks.
//
// The table of package checkpoint is checkpoints. Package checkpoint also reads the table
// parked_streams. A change of parked_streams also increases the column parkings of the checkpoint.
// If a process finds that parkings has changed, it must read parked_streams again. Package
// checkpoint starts no goroutine. Package checkpoint must never change a row of a read model.
package checkpoint
