// Package states answers one question: on which state must the commands of a stream be decided? The
// states of the most recently used streams are in memory. The state of any other stream is computed
// from the log.
//
// Package states caches states, and updates a cached state with new events. engine/command/fold
// applies an event to a state. engine/snapshots makes the snapshots from which long streams are
// loaded. Package states calls a FindSnapshot function to find a snapshot.
//
// In reading order: states.go has State, and the cache of states; read.go computes a state from the
// log, or from a snapshot and the events after the snapshot.
//
// Package states has no table and no goroutine; States is safe for concurrent use. A state in
// memory may be outdated, so the append checks the stream's version (docs/decisions/0006). An
// Evolve may change a state in place. Therefore only one group of commands at a time may use a
// State: States must never give the same State to two groups.
package states
