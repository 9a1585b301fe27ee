// Package states answers one question: what is a stream's state now, so far as its commands need to know?
// States of the streams that were used last are in memory; the others are read from the log.
//
// Holding states and bringing them up to date belongs here. What an event makes of a state does not:
// that is engine/command/fold. Neither does making the snapshots that a long stream is begun at:
// engine/snapshots does, by a function FindSnapshot.
//
// In reading order: states.go has a State and holds it for the next command; read.go makes it of the
// log, or of a snapshot and what follows.
//
// It has no table and no goroutine; States may be used by many. Memory is a hint: the version that an
// append checks is the truth (docs/decisions/0006). A State has one owner: the group that takes it has
// it alone, because an Evolve may change what it is given. It must never give a state twice.
package states
