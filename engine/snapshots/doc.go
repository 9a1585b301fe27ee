// Package snapshots answers one question: how is a long stream loaded without reading all of its
// events? It finds states of long streams in a table, so that a process that has none in memory
// begins from one.
//
// Finding and authenticating snapshots belongs here. Taking them does not: that is
// engine/snapshots/keeper. Making a state does not either: that is the interface Aggregate, which
// fold.Fold implements. The table is a cache (docs/decisions/0019): a reader checks that the log
// has the event on which a row rests.
//
// In reading order: key.go authenticates a row, so that nobody without the key can put a state
// there; reader.go reads one; finder.go finds a row for a command's load.
//
// Its table is snapshots. A Finder needs no Run, and takes a few of a pool's connections at a time.
// No command may ever write the table, and it must hold nothing that the log does not: personal
// data stays encrypted with the person's key.
//
// The load that asks for a snapshot is in engine/command.
package snapshots
