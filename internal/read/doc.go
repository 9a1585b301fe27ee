// Package read lists the service's projections, each of which has a folder here with its table, the
// Apply that keeps the table, and the Queries that answer from it. The projector, ops and the tests
// share the list.
//
// A question that clients ask belongs here, a folder each, with its SQL. The engine's part of the same
// idea is engine/projection, which follows the log and runs the projections, and engine/pg, which
// opens what the queries read.
package read
