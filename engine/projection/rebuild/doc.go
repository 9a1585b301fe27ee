// Package rebuild answers one question: how are a projection's tables made anew while the old ones
// serve? It replays the log into new tables beside them, and then switches the tables' places
// (docs/decisions/0008).
//
// Rebuilding, undoing that, and dropping the kept tables belong here. The verbs of an operator do
// not: those are in engine/process/ops. The tables' columns and rights are
// engine/projection/rebuild/shape, their names engine/projection/rebuild/stage;
// engine/projection/rebuild/catchup projects into them, engine/projection/rebuild/outlast waits for
// the transactions of others.
//
// In reading order: replacement.go has the tables that take a place; tables.go makes the new
// tables, takes the kept ones, and drops; switch.go switches places in one transaction; rebuild.go
// has the functions that are called.
//
// It writes checkpoints, parked_streams and applied_ranges under the names of stages. One rebuild
// runs at a time, by a session lock, beside the Projector of engine/projection. It must never
// change a table in service except by the switch, and never drop with CASCADE.
package rebuild
