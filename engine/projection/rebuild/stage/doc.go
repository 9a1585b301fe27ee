// Package stage names the schemas and checkpoints of tables that serve no queries. Such tables of a
// projection are not ready yet, or were replaced. A set of such tables is a stage: each stage has
// its own schema and its own checkpoint, both named after the projection.
//
// This package has the code that names the schemas and checkpoints of stages, or finds the tables
// of a stage. Code that fills or moves the tables belongs in engine/projection/rebuild.
// engine/projection/status shows which stages exist.
//
// In reading order: stage.go names the stages (sets of tables that serve no queries); place.go
// finds their tables, and opens sessions that look up table names in a stage's schema first.
//
// Package stage reads the table checkpoints and the catalog. Package stage starts no goroutine, and
// must never change anything.
package stage
