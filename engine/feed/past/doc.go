// Package past answers one question: which events of a topic follow a position, if these events are
// no longer in memory? A topic is a part of the log, such as the streams of one subject.
//
// The package reads small pages of events from the database, so that thousands of readers need
// little memory. The package limits how many pages are read at the same time, so that connections
// are left for queries. Recent events are in memory, in engine/feed/ring.
//
// All code is in past.go. The package only reads, and starts no goroutine. A Past is safe for
// concurrent use. A Past must never hold a database connection while a client receives its page.
package past
