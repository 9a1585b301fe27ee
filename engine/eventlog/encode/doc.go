// Package encode answers one question: which rows does a chain of appends become? An append's
// caller encodes it, so that the committer has nothing to do but send.
//
// Checks of a chain, JSON, ids, public messages and the call of the function that encrypts personal
// data belong here. The statement that inserts the rows does not: engine/eventlog/flight has it.
// rows.go has the rows of a chain, and the answers of its appends once the rows are in the log;
// encode.go makes the rows.
//
// It has no table and no goroutine; an Encoder may be used by many. It reads the clock of the
// process in one place, for when an event occurred. Rows must never change once they are queued:
// they are sent again as they are, and found by their ids.
//
// engine/eventlog/write calls it.
package encode
