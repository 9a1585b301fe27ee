// Package stage says where the tables of a projection are that are not in service: each stage has a schema and a checkpoint of its
// own, by a name that follows from the projection's.
//
// The names belong here, and looking where tables are. Filling and moving them does not: that is
// engine/projection/rebuild. engine/projection/status shows which there are.
//
// In reading order: stage.go names the stages; place.go finds their tables, and opens sessions that
// find those first.
//
// It reads checkpoints and the catalog. Nothing runs by itself, and it must never change anything.
package stage
