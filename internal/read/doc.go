// Package read lists the service's projections. Each projection has a folder below internal/read,
// with its table, the function Apply that writes the table, and the Queries that read it. The
// programs projector and ops and the tests use the list.
//
// Each question that clients ask belongs in a folder of its own below internal/read, with its SQL.
// The related packages of the engine are engine/projection, which follows the log and runs the
// projections, and engine/pg, which opens the pools of the queries.
package read
