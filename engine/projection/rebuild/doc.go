// Package rebuild makes the tables of a projection anew while the old tables serve queries. Package
// rebuild replays the log into new tables, and then switches new and old tables in one transaction
// (docs/decisions/0008).
//
// Put the rebuild, its undo, and the removal of the kept tables in this package. The operator's
// verbs belong in engine/process/ops. The tables' columns and rights are in
// engine/projection/rebuild/shape, their schemas in engine/projection/rebuild/stage;
// engine/projection/rebuild/catchup applies the log to them, and engine/projection/rebuild/outlast
// waits for the transactions of other sessions.
//
// In reading order: replacement.go has the tables that will replace the live ones; tables.go
// creates the new tables, prepares the kept tables for an undo, and drops tables; switch.go
// switches the tables in one transaction; rebuild.go has the exported functions.
//
// Package rebuild writes the tables checkpoints, parked_streams and applied_ranges under the names
// of stages. One rebuild of a projection runs at a time, under a session lock, beside the Projector
// of engine/projection. Package rebuild must change a table in service only in the switch, and must
// never drop with CASCADE.
package rebuild
