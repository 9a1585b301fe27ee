// Package fold answers one question: which state do the events of a stream lead to? Package fold
// calls the domain's function Evolve for each event.
//
// Package fold also computes the states that are stored as snapshots, and the shape of a state
// type: a hash that shows whether a stored state fits the type. For tests, package fold finds an
// Evolve that changes its arguments. Package fold reads no events: engine/command/states reads them
// for commands, and engine/snapshots for snapshots. A service declares Evolve, in its
// internal/write.
//
// In reading order: after.go applies one recorded event or the parts of a Split; shape.go computes
// the shape of a state type; fold.go computes states for snapshots; check.go tries random
// histories, and finds an Evolve that changes a state or an event in place.
//
// Package fold has no table and no goroutine. Package fold must never encode a state for a snapshot
// if the JSON decodes to a different state: such a state has no snapshot (ErrNotKept).
package fold
