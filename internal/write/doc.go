// Package write lists the service's aggregates. Each has a folder here, with its Decide and its
// Evolve, and a type under which its streams are stored. cmd/api wires them all.
//
// A business rule belongs here, as a pure function: no clock, no id, no database. The engine's part
// of the same idea is engine/command, which loads a stream, asks Decide and appends, and
// engine/snapshots, which stores the states of long streams.
package write
