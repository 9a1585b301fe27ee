// Package retry answers one question: how does interrupted work go on? The package pauses and tries
// again, and pauses longer each time until a try makes progress.
//
// The package has the loop and the pause of all work that runs for as long as its process. The
// package does not send a single statement again: engine/eventlog/fate knows which statements may
// be sent again.
//
// engine/pg/lock, engine/projection, engine/outbox, engine/snapshots and engine/eventlog/notify use
// this package. All its code is in retry.go. The package has no table and starts nothing.
package retry
