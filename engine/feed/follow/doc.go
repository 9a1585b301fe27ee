// Package follow answers one question: how does a process read new events of the log once for all
// subscribers?
//
// The package decides when to read the log: after a notification (hint) of new events, after a read
// that has found events, or when the poll interval has passed. The SQL is in engine/eventlog/read.
// engine/feed/ring stores the events in memory.
//
// All code is in follow.go. Each process that serves a feed calls Follower.Run, which reads the log
// only while there are subscribers. A Follower must skip no event; it checks this by the positions,
// which have no gaps (docs/decisions/0001). Each read also reads the last known event again. If the
// id of this event differs, the log went back to an earlier state.
package follow
