// Package retry answers one question: how does work that was interrupted go on? It pauses, and tries
// again, for longer each time until something has moved on.
//
// The loop and the pause of everything that runs for as long as its process belong here. The work
// itself does not, nor does a statement that is sent again (engine/eventlog/fate knows which may be).
//
// engine/pg/lock, engine/projection, engine/outbox, engine/snapshots and engine/eventlog/notify wait so.
// retry.go is all of it. It has no table and starts nothing.
package retry
