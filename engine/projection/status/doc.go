// Package status returns an overview of all projections for an operator: the position of each, the
// process that runs it, its parked streams, and which tables of a rebuild exist.
//
// Code that shows the result of one reading of the database belongs in status.go. Code that draws
// conclusions from several readings belongs in engine/projection/health.
//
// Package status reads the tables checkpoints, parked_streams and applied_ranges, and the session
// locks for running, rebuilding and reconciling projections. Package status starts no goroutine,
// and must never change anything.
package status
