// Package logsql has parts of SQL that ask about the log inside statements of other packages. For
// example, a checkpoint is compared with the log in the statement that moves the checkpoint,
// because a result that was read earlier may belong to another history.
//
// Only this package and engine/eventlog have SQL that names the table events;
// TestOnlyTheLogNamesItsTable reads the sources to prove that. A statement on another table is in
// the package that owns that table, and includes a part of SQL from this package. Each part of SQL
// only reads, and never locks.
package logsql
