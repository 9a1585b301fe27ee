// Package write lists the service's aggregates. Each aggregate has a folder below internal/write,
// with its functions Decide and Evolve, and a stream type, under which its streams are stored.
// cmd/api wires all aggregates.
//
// Business rules belong in these folders, as pure functions: without a clock, an id generator or a
// database. The related packages of the engine are engine/command, which loads a stream, calls
// Decide and appends, and engine/snapshots, which stores the states of long streams.
package write
