// Package failure answers one question: what does an error of PostgreSQL mean? The package has the
// only table of SQLSTATEs, and the table has a reason for each row.
//
// Each SQLSTATE on which code depends belongs in this package, as a named constant or as a row of
// the table. The package does not act on an error: engine/eventlog decides the outcome of an
// append, and engine/edge/problem chooses a status code.
//
// In reading order: table.go has the table and the functions that read it; sqlstate.go has the
// names of SQLSTATEs; hint.go says what an operator can do about a missing right.
//
// The package starts no goroutine. The package must never guess: an error with a SQLSTATE that is
// not in the table does not prove what the statement has done.
package failure
