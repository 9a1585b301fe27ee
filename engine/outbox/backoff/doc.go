// Package backoff answers one question: when is a message sent again that the broker did not
// accept? Each stream has its own backoff, which doubles each time the broker does not accept
// the message.
//
// Package backoff stores which streams wait, and until when. Package backoff does not choose the
// messages to read and send: engine/outbox/relay asks package backoff which streams wait, and
// makes engine/outbox/cursor leave them out. engine/outbox/dead handles streams whose message
// was set aside.
//
// All code is in backoff.go. Package backoff has no table: if another process takes over, each
// backoff starts again at Min. A Streams belongs to one relay, and no other goroutine may use
// it. While a stream waits, the relay must never send a later message of that stream.
package backoff
