// Package idempotency answers one question: which answer is stored under an idempotency key, and
// for how long is it kept?
//
// The package reads and deletes answers in the table idempotency_keys, and counts time in the table
// elapsed. The package does not store answers: an append stores its answer in its own transaction,
// so that a command takes effect once. keys.go looks answers up; forget.go deletes expired answers;
// elapsed.go counts the time after which answers expire, because no clock of a server may bring an
// answer back or delete it too early (docs/decisions/0017).
//
// A Keys is safe for concurrent use. RunForgetting must run in at least one process; otherwise no
// answer expires. The package must never return an answer that a promotion could undo, and the
// counted time must never run ahead of real time.
//
// engine/command looks keys up through engine/eventlog; engine/eventlog/flight sends the answers
// that an append stores.
package idempotency
