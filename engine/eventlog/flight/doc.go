// Package flight answers one question: how does a batch of appends reach the server, and what does
// the server report about it? A flight is one statement, which locks, appends and commits by itself
// (docs/decisions/0016), under the lock that orders the flights of all processes
// (docs/decisions/0001).
//
// The calls of the functions in 00004_append.sql of engine/schema belong here. Acting on an
// outcome, or on a lost one, does not: engine/eventlog/delivery sends again, looks up, or answers.
//
// In reading order: append.sql and append_keyed.sql are the statements, columns.go has their
// parameters by name, batch.go makes them from chains, report.go reads the outcome of each,
// sender.go sends it, find.go looks up events whose answer was lost.
//
// A Sender may be used by many goroutines. It has no goroutine but the watch on the lock during a
// flight (engine/eventlog/lock). It must never hold the lock across a round trip, nor use a
// connection again after an error.
package flight
