// Package status is one look at all projections for an operator: how far each is, who runs it, what is parked, and
// which tables of a rebuild there are.
//
// All that one look at the database tells belongs here. Conclusions from several looks do not: that is
// engine/projection/health, which watches. engine/process/ops prints a Status.
//
// Its one file is status.go. It reads checkpoints, parked_streams and applied_ranges, and the locks
// of all that works on projections. Nothing runs by itself, and it must never change anything.
package status
