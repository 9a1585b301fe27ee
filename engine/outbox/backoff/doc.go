// Package backoff answers one question: when is a message sent again that the broker did not take?
// Each stream has a backoff of its own, twice as long each time.
//
// The streams that wait, and for how long, belong here. Choosing the messages to read and send does
// not: engine/outbox/relay asks, and tells engine/outbox/cursor which streams to leave out. A
// stream whose message was set aside belongs to engine/outbox/dead.
//
// It is all in backoff.go. It has no table: in another process each backoff begins anew. A Streams
// belongs to one relay; no other goroutine may use it. A stream that waits must never have another
// of its messages sent before the one for which it waits.
package backoff
