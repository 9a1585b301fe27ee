// Package backoff answers one question: when is a message sent again that the broker did not take?
// Each stream has a pause of its own, twice as long each time.
//
// The streams that wait, and for how long, belong here. Which messages are read and sent does not:
// engine/outbox/relay asks, and it tells engine/outbox/cursor which streams to leave out. A stream
// whose message was set aside is engine/outbox/dead's.
//
// It is all in backoff.go. It has no table: with another process each pause begins anew. Streams are
// one relay's; no other goroutine may use them. A stream that is held must never have another of its
// messages sent before the one that it waits for.
package backoff
