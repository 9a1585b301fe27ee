// Package read answers one question: which events are in the log after a position or a version?
//
// Statements that read the table events alone, and hand events on in their stored form, belong
// here. Decoding does not, nor reading for a decision: engine/eventlog/load has both. A part of
// another package's statement belongs in engine/eventlog/logsql.
//
// In reading order: reader.go runs a query and hands on each event, on a connection that appends do
// not need; pages.go reads a stream and the tail of the log within bounds, search.go reads for the
// trail, digest.go for the chain.
//
// A Reader has no goroutine and may be used by many. Positions rise in commit order without gaps
// (docs/decisions/0001), so that reading the tail needs no special care. It must never lock, nor
// write.
//
// engine/projection, engine/trail and engine/chain read through engine/eventlog; engine/schema
// makes the table.
package read
