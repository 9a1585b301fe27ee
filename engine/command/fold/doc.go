// Package fold answers one question: which state do the events of a stream lead to? It applies the
// domain's Evolve, event by event.
//
// Everything that needs no command belongs here: states for snapshots, the shape that says whether
// a stored state fits today's program, and the search for an Evolve that changes its arguments.
// Reading the log does not: engine/command/states reads it for commands, and engine/snapshots for
// snapshots. Evolve itself is the domain's, in a service's internal/write.
//
// In reading order: after.go applies one recorded event, or the parts of a split one; shape.go
// hashes how a state's type is encoded; fold.go makes states to be stored; check.go makes up
// histories, and finds an Evolve that changes a state or an event in place.
//
// It has no table and no goroutine. It must never encode a state that JSON does not return as it
// was: such a state has no snapshot (ErrNotKept).
package fold
