// Package rebuild builds new tables for a projection while the old tables serve queries. Package
// rebuild replays the log into new tables, and then switches new and old tables in one transaction
// (docs/decisions/0008).
//
// This package has the code that rebuilds tables, undoes a rebuild, or drops the tables that a
// rebuild has replaced. The operator's commands belong in engine/process/ops.
// engine/projection/rebuild/shape copies the columns and rights of tables, and
// engine/projection/rebuild/stage names the schemas of tables. engine/projection/rebuild/catchup
// applies the log to the new tables, and engine/projection/rebuild/outlast waits for the
// transactions of other sessions.
//
// In reading order: replacement.go has the tables that will replace the live tables; tables.go
// creates the new tables, prepares the replaced tables for an undo, and drops tables; switch.go
// switches the tables in one transaction; rebuild.go has the exported functions.
//
// Package rebuild writes the tables checkpoints, parked_streams and applied_ranges. The live tables
// are the tables that queries read. A stage is a set of a projection's tables that serves no
// queries. In the tables checkpoints, parked_streams and applied_ranges, the rows of a stage have
// the name of the stage's checkpoint instead of the projection's name. A session lock lets only one
// rebuild of a projection run at a time. The Projector of engine/projection may run meanwhile.
// Package rebuild must change live tables only in the switch, and must never drop an object with
// CASCADE.
package rebuild
