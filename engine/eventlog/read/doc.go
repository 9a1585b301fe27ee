// Package read answers one question: which events are in the log after a position or a version?
//
// The package reads the table events alone, and passes events on in their stored form. The package
// does not decode events, and does not read for a decision: engine/eventlog/load does both. SQL
// about the log for a statement of another package is in engine/eventlog/logsql.
//
// In reading order: reader.go runs a query on a connection that appends do not need, and passes on
// each event; pages.go reads a stream, and the tail of the log, within bounds; search.go reads for
// the trail; digest.go reads for the chain of hashes.
//
// A Reader starts no goroutine and is safe for concurrent use. Positions rise in commit order,
// without gaps (docs/decisions/0001), so a reader of the tail can't miss an event that commits
// late. The package must never lock or write.
//
// engine/projection, engine/trail and engine/chain read the log through engine/eventlog;
// engine/schema creates the table events.
package read
