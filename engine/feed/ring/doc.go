// Package ring answers one question: which of the last events concerns a subscriber? It holds, for each
// topic that somebody reads, the topic's recent events, and says up to which position it knows all of
// them.
//
// Recent events in memory, and waking their readers, belong here. Reading the log does not:
// engine/feed/follow adds what it finds, in order. Nor do older events, which engine/feed/past reads
// from the table for a reader that has fallen behind.
//
// In reading order: topic.go names what can be read; event.go is an event that all its readers share,
// with what was rendered of it; ring.go adds events to topics; reader.go reads a topic by position.
//
// All of it may be used by many goroutines, and nothing waits for a reader: a slow one falls behind,
// and finds out. A Ring must never say that it knows a topic up to a position before it has each of the
// topic's events until there.
package ring
