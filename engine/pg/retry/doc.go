// Package retry answers one question: when does interrupted work start again? The package waits
// after each try, and doubles the pause until a try makes progress.
//
// The package has the loop and the pauses for all work that a process repeats as long as it runs.
// The package does not repeat a single statement: engine/eventlog/fate decides which statements may
// be sent again.
//
// engine/pg/lock, engine/projection, engine/outbox, engine/snapshots and engine/eventlog/notify use
// this package. All its code is in retry.go. The package has no table and starts no goroutine.
package retry
