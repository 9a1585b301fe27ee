// Package status is an overview of all projections for an operator: the position of each, the
// process that runs it, what is parked, and which tables of a rebuild exist.
//
// Everything that one look at the database shows belongs here. Conclusions from several looks do
// not: that is engine/projection/health, which watches. engine/process/ops prints a Status.
//
// Its one file is status.go. It reads checkpoints, parked_streams and applied_ranges, and the locks
// of everything that works on projections. Nothing runs by itself, and it must never change
// anything.
package status
