// Package keeper takes snapshots: it follows the log, notices streams that have grown long, and
// stores their states in a table.
//
// engine/snapshots finds snapshots, and has the key and the reader that both packages use.
//
// In reading order: keeper.go has the Keeper; take.go makes the state of a stream from its events
// and writes the state; follow.go follows the log from a cursor.
//
// The tables of the package are snapshots and snapshot_cursor. Keeper.Run may run in several
// processes, of which a session lock lets one work; engine/process/projector runs it. A Keeper must
// never write a row that does not agree with the log: if the log went back to an earlier state, the
// Keeper searches the log from the beginning.
package keeper
