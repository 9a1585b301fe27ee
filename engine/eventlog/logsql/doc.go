// Package logsql has the parts of SQL that ask about the log inside statements of other packages: a
// checkpoint is compared with the log in the statement that moves it, because what was read before
// may belong to another history.
//
// All SQL that names the table events belongs here or in engine/eventlog. The statements of other
// tables do not: they are in the packages that own those tables, and include a part of this
// package. TestOnlyTheLogNamesItsTable reads the sources. A part only reads, and it never locks.
package logsql
