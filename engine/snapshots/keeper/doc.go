// Package keeper takes snapshots: it reads the log, finds streams that have grown long, and stores
// their states in a table.
//
// engine/snapshots finds snapshots, and has the types Key and Reader, which both packages use.
//
// In reading order: keeper.go has the Keeper; take.go computes the state of a stream from its
// events and stores the state; follow.go searches new events of the log for long streams.
//
// The tables of the package are snapshots and snapshot_cursor. Keeper.Run may run in several
// processes; a session lock makes sure that only one of them works at a time.
// engine/process/projector runs the Keeper. A Keeper must never store a state that does not agree
// with the log: if the log went back to an earlier state, the Keeper restarts at position 0.
package keeper
