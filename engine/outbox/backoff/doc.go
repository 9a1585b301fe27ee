// Package backoff answers one question: after the broker did not accept a message, when is the
// message sent again? Each stream has its own backoff, which doubles with each failure.
//
// Code that records which streams wait, and until when, belongs in this package. Code that finds
// the next messages belongs in engine/outbox/cursor; engine/outbox/relay tells engine/outbox/cursor
// which streams wait, so that their messages are left out. Code for messages that were moved to
// dead_messages belongs in engine/outbox/dead.
//
// All code is in backoff.go. Package backoff has no table: if another process takes over the relay,
// each backoff starts again at Min. A value of type Streams belongs to one relay, and no other
// goroutine may use it. While a stream waits, the relay must never send a later message of that
// stream.
package backoff
