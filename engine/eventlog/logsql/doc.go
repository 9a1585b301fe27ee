// Package logsql has parts of SQL that read the log. Other packages put these parts into their own
// statements. For example, the statement that moves a checkpoint also compares the checkpoint with
// the log: if a separate statement had read the log earlier, the log could have gone back to an
// earlier state since.
//
// Only this package and the packages of engine/eventlog have SQL that names the table events;
// TestOnlyTheLogNamesItsTable checks the sources for this rule. If a statement of another package
// needs the table events, the statement includes a part of SQL from this package. Each part of SQL
// only reads, and takes no lock.
package logsql
