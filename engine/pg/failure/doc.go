// Package failure answers one question: what does an error of PostgreSQL mean? It has the one table
// of SQLSTATEs, with the reason for each.
//
// Every SQLSTATE on which code depends belongs here, by a name or in the table. Acting on it does
// not: an append's outcome is decided in engine/eventlog, a status code in engine/edge/problem.
//
// In reading order: table.go has the table and the functions that read it, sqlstate.go the names of
// SQLSTATEs, hint.go what an operator can do about a missing right.
//
// It runs nothing. It must never guess: a SQLSTATE that is not in the table proves nothing.
package failure
