// Package encode answers one question: which rows does a chain of appends become? The caller of an
// append encodes it, so that the committer only has to send.
//
// The package checks chains, makes ids, JSON and public messages, and calls the function that
// encrypts personal data. The statement that inserts the rows is in engine/eventlog/flight. rows.go
// has the rows of a chain, and makes the answers of its appends once the rows are in the log;
// encode.go makes the rows.
//
// The package has no table and starts no goroutine; an Encoder is safe for concurrent use. The
// package reads the clock of the process in one place, for the time at which an event occurred.
// Rows must never change once they are queued: a retry sends the same rows, and a lookup finds the
// rows in the log by their ids.
//
// engine/eventlog/write calls this package.
package encode
