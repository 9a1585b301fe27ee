// Package failure answers one question: what does an error of PostgreSQL mean? It has the one table
// of SQLSTATEs, with the reason for each.
//
// A SQLSTATE that some code turns on belongs here, by a name or in the table. What a program does
// about it does not: an append's fate is decided in engine/eventlog, a status code in
// engine/edge/problem.
//
// In reading order: table.go has the table and what is asked of it, sqlstate.go the names of
// SQLSTATEs, hint.go what a person can do about a missing right.
//
// It runs nothing. It must never guess: what is not in the table proves nothing.
package failure
