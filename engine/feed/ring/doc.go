// Package ring answers one question: which of the recent events match a subscriber's topic? A topic
// is a part of the log: one stream, the streams of one subject, or the whole log. The package has
// in memory the recent events of each topic that has readers.
//
// The package also wakes readers when an event arrives for their topic. The package does not read
// the log: engine/feed/follow reads new events and adds them in order. If a reader needs events
// that are no longer in memory, engine/feed/past reads these events from the database.
//
// In reading order: topic.go has the type Topic; event.go has the type Event: all readers of an
// event share one Event, which contains the event's rendered text; ring.go adds events to topics;
// reader.go reads a topic by position.
//
// A Ring is safe for concurrent use, and never waits for a reader: a slow reader is told that the
// Ring no longer has the reader's next event. A Ring must not report a position to a reader before
// the Ring has all events of the topic up to this position.
package ring
