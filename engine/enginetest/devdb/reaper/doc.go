// Package reaper ends a PostgreSQL server when the program that has started it ends, however that
// happens.
//
// Waiting for the program's end, stopping the server and removing fresh data belong here, in
// reaper.go. Starting the server does not: that is engine/enginetest/devdb. It must never need a
// hook in the main of its program, and never remove data that is kept.
package reaper
