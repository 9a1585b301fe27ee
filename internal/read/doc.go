// Package read lists the service's projections. Each projection has a folder below internal/read,
// with the function Apply, which writes the projection's tables, and Queries, which reads the
// tables. The programs projector and ops and the tests use the list.
//
// The read model for each kind of query belongs in a folder of its own, with its SQL. The related
// packages of the engine are engine/projection, which follows the log and runs the projections, and
// engine/pg, which opens the pools of the queries.
package read
