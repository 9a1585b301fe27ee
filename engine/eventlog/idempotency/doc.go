// Package idempotency answers one question: which answer is stored under an idempotency key, and
// for how long is it kept?
//
// SQL on the tables idempotency_keys and elapsed belongs here. Storing an answer does not: an
// append stores it in its own transaction, so that a command takes effect once. keys.go looks
// answers up, forget.go deletes those that have expired, elapsed.go counts the time by which they
// expire, since no clock of a server may bring a key back or lose it (docs/decisions/0017).
//
// Keys may be used by many goroutines. RunForgetting must run in at least one process, or nothing
// expires. An answer must never be returned that a promotion could undo, and the counted time must
// never run ahead of real time.
//
// engine/command looks keys up through engine/eventlog; engine/eventlog/flight sends the records.
package idempotency
