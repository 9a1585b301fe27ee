// Package read answers one question: which events are in the log after a position or a version, and
// what is to be said of them?
//
// Statements that read the table events alone, and hand events on as they are stored, belong here.
// Decoding does not, nor does what a decision rests on: engine/eventlog/load has both. A part of
// another room's statement belongs in engine/eventlog/logsql.
//
// In reading order: reader.go runs a query and hands on each event, on a connection that appends
// can do without; pages.go reads a stream and the tail of the log within bounds, search.go what
// the trail asks for, digest.go what the chain has a hash of.
//
// A Reader has no goroutine and may be used by many. Positions rise in commit order without a hole
// (docs/decisions/0001), so that reading the tail needs no care. It must never lock, nor write.
//
// engine/projection, engine/trail and engine/chain read by way of engine/eventlog; engine/schema
// makes the table.
package read
