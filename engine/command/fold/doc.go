// Package fold answers one question: which state do the events of a stream lead to? Package fold
// applies the domain's Evolve, event by event.
//
// Package fold needs no commands. Package fold computes states for snapshots, computes the shape
// by which the program knows whether a stored state fits its state type, and finds an Evolve
// that changes its arguments. Package fold does not read the log: engine/command/states reads it
// for commands, and engine/snapshots for snapshots. The domain declares Evolve, in a service's
// internal/write.
//
// In reading order: after.go applies one recorded event or the parts of a Split; shape.go
// computes a hash of a state type and its encoding; fold.go computes states to be stored;
// check.go makes random histories, and finds an Evolve that changes a state or an event in
// place.
//
// Package fold has no table and no goroutine. Package fold must never encode a state that is
// different after it is decoded from JSON: such a state has no snapshot (ErrNotKept).
package fold
