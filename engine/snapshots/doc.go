// Package snapshots answers one question: how is a long stream loaded without all of its events?
// The package finds the stored state of a long stream, a snapshot, in a table. A process that has
// no state of the stream in memory begins with this state.
//
// The package finds and authenticates snapshots. engine/snapshots/keeper takes snapshots. An
// implementation of the interface Aggregate, such as the type fold.Fold, computes states from
// events. The table snapshots is only a cache (docs/decisions/0019): a reader of a snapshot checks
// that the log still has the last event of the snapshot.
//
// In reading order: key.go authenticates a row of the table, so that nobody without the key can add
// a false state; reader.go reads a row; finder.go finds a row when a command loads its stream.
//
// The table of the package is snapshots. A Finder starts no goroutine, and uses only a few
// connections of a pool at a time. The code that executes commands must never write to the table.
// Personal data in the table must be encrypted with the person's key, as in the log.
//
// engine/command loads streams, and calls this package to find snapshots.
package snapshots
