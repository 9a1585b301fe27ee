// Package status returns an overview of all projections for an operator: the position of each, the
// process that runs it, its parked streams, and which tables of a rebuild exist.
//
// Put everything that one reading of the database shows in status.go. Conclusions from several
// readings belong in engine/projection/health. engine/process/ops prints a Status.
//
// Package status reads the tables checkpoints, parked_streams and applied_ranges, and the session
// locks of everything that works on projections. Package status starts no goroutine, and must never
// change anything.
package status
