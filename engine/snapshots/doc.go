// Package snapshots answers one question: how is a long stream loaded without reading all of its
// events? It keeps states of long streams in a table, so that a process that has none in memory
// begins at one.
//
// Taking and finding snapshots belongs here. Making a state does not: that is the interface
// Aggregate, which command.Fold fulfils. The table is a cache (docs/decisions/0019): a reader
// looks whether the log has the event that a row rests on.
//
// In reading order: keeper.go follows the log and notices streams that have grown; take.go makes a
// state and writes it; key.go authenticates a row, so that nobody without the key can put a state
// there; snapshots.go finds a row for a command's load.
//
// Its tables are snapshots and snapshot_cursor. Keeper.Run may run in several processes: one of
// them works, by a session lock. A Finder needs no Run. The table must never be written by a
// command, nor hold what the log does not: personal data stays encrypted by the person's key.
//
// The load that asks for a snapshot is in engine/command; engine/ops/projector runs the Keeper.
package snapshots
