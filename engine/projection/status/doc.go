// Package status returns an overview of all projections for an operator. For each projection, the
// overview has the position, the process that runs the projection, the parked streams, and the
// existing tables of a rebuild.
//
// Code that shows the result of one reading of the database belongs in status.go. Code that draws
// conclusions from several readings belongs in engine/projection/health.
//
// Package status reads the tables checkpoints, parked_streams and applied_ranges, and the session
// locks for running, rebuilding and reconciling projections. Package status starts no goroutine,
// and must never change anything.
package status
