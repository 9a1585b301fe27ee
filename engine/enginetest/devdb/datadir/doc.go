// Package datadir provides the directories in which development servers store their data: a kept
// directory, which outlives the server and has one user at a time, or a fresh one, in memory if
// there is enough.
//
// Put code in this package that creates or locks a directory, or that rejects a directory with
// foreign content. Code that writes the content belongs in engine/enginetest/devdb/cluster. In
// reading order: lock.go locks a directory, kept.go opens a kept directory, place.go returns its
// path, fresh.go creates a fresh one.
//
// A lock ends with the last process that has it, even by kill -9. Package datadir must never use a
// folder whose content does not come from an earlier run.
package datadir
