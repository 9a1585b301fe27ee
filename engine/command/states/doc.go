// Package states answers one question: what is a stream's state now, as far as its commands need
// it? States of the streams that were used last are in memory; the others are read from the log.
//
// Keeping states and bringing them up to date belongs here. Applying an event to a state does not:
// that is engine/command/fold. Neither does making the snapshots from which long streams are
// loaded: engine/snapshots makes them, and is called by a function FindSnapshot.
//
// In reading order: states.go has a State and keeps it for the next command; read.go makes it from
// the log, or from a snapshot and the events after it.
//
// It has no table and no goroutine; States may be used by many. A state in memory is a hint: the
// version that an append checks is the truth (docs/decisions/0006). A State has one owner: the
// group that takes it, because an Evolve may change the state that it is given. States must never
// give a state out twice.
package states
