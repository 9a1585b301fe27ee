// Package failure answers one question: what does an error of PostgreSQL mean? The package has the
// one table of SQLSTATEs, with a reason for each row.
//
// Put each SQLSTATE on which code depends into this package, by a name or as a row of the table.
// The package does not act on an error: engine/eventlog decides the outcome of an append, and
// engine/edge/problem chooses a status code.
//
// In reading order: table.go has the table and the functions that read it; sqlstate.go has the
// names of SQLSTATEs; hint.go says what an operator can do about a missing right.
//
// The package starts nothing. The package must never guess: a SQLSTATE that is not in the table
// proves nothing.
package failure
