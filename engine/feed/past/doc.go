// Package past answers one question: which events of a topic follow a position, if these events are
// no longer in memory? A topic is a part of the log, such as the streams of one subject.
//
// The package reads small pages of events from the database, so that thousands of readers need
// little memory. The package limits how many pages are read at the same time, so that connections
// are left for queries. Recent events are in memory, in engine/feed/ring.
//
// In reading order: past.go reads one page; reader.go reads page after page for one subscriber.
//
// The package only reads. A Reader has one goroutine, which reads the next page. A Past is safe for
// concurrent use. A Past must never hold a database connection while a client receives a page.
package past
