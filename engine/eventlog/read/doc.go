// Package read answers one question: which events are in the log after a position or a version?
//
// The package reads only the table events, and returns events as they are stored. The package does
// not decode events, and does not load streams for decisions: engine/eventlog/load does both. Parts
// of SQL about the log, for statements of other packages, are in engine/eventlog/logsql.
//
// In reading order: reader.go runs a query on a connection that appends do not need, and passes on
// each event; pages.go reads pages of a stream or of the log; small.go reads smaller pages for the
// feed; search.go reads for the trail; digest.go reads for the chain of hashes.
//
// A Reader starts no goroutine and is safe for concurrent use. Positions rise in commit order,
// without gaps (docs/decisions/0001). Therefore a reader that continues after the last position it
// has read can't miss an event that commits late. The package must never lock or write.
//
// engine/projection, engine/trail and engine/chain read the log through engine/eventlog;
// engine/schema creates the table events.
package read
