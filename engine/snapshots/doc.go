// Package snapshots answers one question: how is a long stream loaded without all of its events?
// The package finds the state of a long stream in a table, and a process that has no state of the
// stream in memory begins from the stored state.
//
// The package finds and authenticates snapshots. engine/snapshots/keeper takes snapshots. An
// implementation of the interface Aggregate, such as fold.Fold, makes states from events. The table
// snapshots is a cache (docs/decisions/0019): a reader of a row checks that the log has the event
// on which the row rests.
//
// In reading order: key.go authenticates a row, so that nobody without the key can put a state into
// the table; reader.go reads a row; finder.go finds a row for the load of a command.
//
// The table of the package is snapshots. A Finder needs no Run, and uses only a few connections of
// a pool at a time. No command may ever write the table, and the table must never have data that
// the log does not have: personal data stays encrypted with the person's key.
//
// engine/command loads streams, and asks this package for snapshots.
package snapshots
