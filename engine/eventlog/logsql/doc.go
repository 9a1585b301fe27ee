// Package logsql has parts of SQL that read the log. Other packages put these parts into their own
// statements. For example, one statement compares a checkpoint with the log and moves the
// checkpoint. If there were two separate statements, the log could go back to an earlier state
// between them.
//
// Only the packages below engine/eventlog have SQL that names the table events;
// TestOnlyTheLogNamesItsTable checks this rule in the sources. If a statement of another package
// needs the table events, the statement includes a part of SQL from this package. The package has
// only SQL that reads and takes no lock.
package logsql
