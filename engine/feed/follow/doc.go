// Package follow answers one question: how do new events get from the log into a process's memory,
// once for all who want them?
//
// The one reader of the log's tail belongs here, with when it looks: at a hint, after what it has found,
// and at the latest after the poll. Statements do not (engine/eventlog/read), nor what is done with the
// events (engine/feed/ring).
//
// follow.go is all of it. Follower.Run runs in each process that serves a feed. It reads only while
// somebody does. It must never add an event before the one that precedes it: positions have no hole
// (docs/decisions/0001), and each look reads the last event again, by its id, so that a log that went
// back is not mistaken for one that went on.
package follow
