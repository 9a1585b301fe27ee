// Package stage names the schemas and checkpoints of a projection's tables that serve no queries,
// because they are not ready yet or were replaced. A set of such tables is a stage: each stage has
// its own schema and its own checkpoint, both named after the projection.
//
// Code that names these schemas and checkpoints, or finds the tables, belongs in this package. Code
// that fills or moves the tables belongs in engine/projection/rebuild. engine/projection/status
// shows which stages exist.
//
// In reading order: stage.go names the stages; place.go finds their tables, and opens sessions that
// look up table names in a stage's schema first.
//
// Package stage reads the table checkpoints and the catalog. Package stage starts no goroutine, and
// must never change anything.
package stage
