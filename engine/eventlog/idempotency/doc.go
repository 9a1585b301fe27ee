// Package idempotency answers one question: what was answered under an idempotency key, and for how
// long is that kept?
//
// SQL on the tables idempotency_keys and elapsed belongs here. An answer's record does not: an append
// writes it in its own transaction, so that a command takes effect once. keys.go looks answers up,
// forget.go deletes those that have expired, elapsed.go counts the time by which they do, since
// no clock of a server may bring a key back or lose it (docs/decisions/0017).
//
// Keys may be used by many goroutines. RunForgetting must run in one process at least, or nothing
// expires. An answer must never be returned that a promotion could take back, and the time must
// never run ahead.
//
// engine/command looks keys up by way of engine/eventlog; engine/eventlog/flight sends the records.
package idempotency
