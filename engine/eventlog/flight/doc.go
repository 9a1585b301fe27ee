// Package flight answers one question: how does a batch of appends reach the server, and what does
// the server report about the batch? A flight is one statement, which takes the append lock,
// appends and commits (docs/decisions/0016). The append lock orders the flights of all processes
// (docs/decisions/0001).
//
// The package calls the functions in 00004_append.sql of engine/schema. The package does not act on
// an outcome, or on a lost answer: engine/eventlog/delivery sends again, looks up, or answers.
//
// In reading order: append.sql and append_keyed.sql are the statements; columns.go has the
// parameters of the statements by name; batch.go makes the parameters from chains; report.go reads
// the outcome of each chain; sender.go sends a batch; find.go looks up events whose answer was
// lost.
//
// A Sender is safe for concurrent use. A Sender starts no goroutine except the one that watches the
// append lock during a flight (engine/eventlog/lock). A Sender must never hold the lock across a
// round trip, and must never use a connection again after an error.
package flight
