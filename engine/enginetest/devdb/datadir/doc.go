// Package datadir has the directories in which development servers keep their data: one that
// outlives the server, with one user at a time, or a fresh one, in memory if there is enough.
//
// Making and locking a directory, and refusing one that holds something else, belong here. Its
// content does not: that is engine/enginetest/devdb/cluster. In reading order: lock.go locks a
// directory, kept.go opens one that is kept, place.go says where it is, fresh.go makes a fresh one.
//
// A lock ends with its last process, even by kill -9. The package must never take a folder with
// content that no earlier run has left.
package datadir
