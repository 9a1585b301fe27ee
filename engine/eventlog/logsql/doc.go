// Package logsql has the parts of SQL that ask about the log inside statements of other rooms: a checkpoint is compared
// with the log in the statement that moves it, for what was read before may be another history's.
//
// Every part of SQL that names the table events belongs here or in engine/eventlog, and the statements of the tables beside it
// do not: those are their rooms', which put a part of this package in. TestOnlyTheLogNamesItsTable reads the sources. A
// part only reads, and it never locks.
package logsql
