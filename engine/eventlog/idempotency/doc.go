// Package idempotency answers one question: which answer is stored under an idempotency key, and
// for how long?
//
// The package reads and deletes answers in the table idempotency_keys, and measures time in the
// table elapsed. The package does not store answers. Each append stores its answer in the
// transaction that stores its events, so that a command takes effect only once. keys.go looks up
// answers; forget.go deletes expired answers; elapsed.go measures the time by which answers expire.
// The package does not measure this time with a server's clock, because a wrong clock could delete
// an answer too early, or make an expired answer valid again (docs/decisions/0017).
//
// A value of the type Keys is safe for concurrent use. RunForgetting must run in at least one
// process; otherwise no answer expires. The package must never return an answer that a promotion of
// the standby could lose, and the time in the table elapsed must never run faster than real time.
//
// engine/command looks up keys through engine/eventlog; engine/eventlog/flight sends the answers
// that an append stores.
package idempotency
