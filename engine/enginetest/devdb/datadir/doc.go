// Package datadir provides the directories in which development servers store their data. A kept
// directory stays when the server ends, and only one program at a time can use it. A fresh
// directory is removed when the server ends, and is in memory if there is enough memory.
//
// Code that creates or locks a directory, or that rejects a directory with files of other programs,
// belongs in this package. Code that writes the content belongs in engine/enginetest/devdb/cluster.
// In reading order: lock.go locks a directory, kept.go opens a kept directory, place.go returns the
// path of a kept directory, and fresh.go creates a fresh directory.
//
// A lock is released when the last process that has it ends, even if that process is killed.
// Package datadir must never use a directory whose content does not come from an earlier run.
package datadir
