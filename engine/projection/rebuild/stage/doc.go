// Package stage says where the tables of a projection are that are not in service: each stage has a
// schema and a checkpoint of its own, named after the projection.
//
// The names belong here, and finding the tables. Filling and moving them does not: that is
// engine/projection/rebuild. engine/projection/status shows which exist.
//
// In reading order: stage.go names the stages; place.go finds their tables, and opens sessions that
// find those first.
//
// It reads checkpoints and the catalog. Nothing runs by itself, and it must never change anything.
package stage
