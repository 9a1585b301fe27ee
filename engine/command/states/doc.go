// Package states answers one question: which state must the commands of a stream be decided on?
// The states of the most recently used streams are in memory; other states are read from the
// log.
//
// Package states caches states and brings them up to date. engine/command/fold applies an event
// to a state. engine/snapshots makes the snapshots from which long streams are loaded; package
// states calls a FindSnapshot function to find them.
//
// In reading order: states.go has State, and the cache of states; read.go computes a state from
// the log, or from a snapshot and the events after it.
//
// Package states has no table and no goroutine; States is safe for concurrent use. A state in
// memory may be outdated, so the append checks the stream's version (docs/decisions/0006).
// Because an Evolve may change the state that it is given, one group at a time may use a State:
// States must never give the same State to two groups.
package states
