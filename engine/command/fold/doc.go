// Package fold answers one question: what do the events of a stream come to? It is the domain's Evolve,
// applied event by event.
//
// Everything that needs no command belongs here: states for snapshots, the shape that says whether a stored
// state is of today's program, and the search for an Evolve that changes what it is given. Reading the
// log does not: engine/command/states reads it for commands, and engine/snapshots for snapshots. An
// Evolve itself is the domain's, in a service's internal/write.
//
// In reading order: after.go has a state follow one recorded event, or several that it has become;
// shape.go hashes what a state's type is encoded by; fold.go makes states to be stored; check.go makes
// up histories, and finds an Evolve that changes a state or an event in place.
//
// It has no table and no goroutine. It must never encode a state that does not come back from JSON as it
// was: there is no snapshot of that, ErrNotKept.
package fold
