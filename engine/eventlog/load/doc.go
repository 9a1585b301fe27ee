// Package load answers one question: how do the states that a process remembers get their events? A
// stream is loaded before something is decided on it, and what other processes append is followed.
//
// Reads that decode events, in a log that is compared with what was read before, belong here. What
// is made of the events does not: each is handed to the caller's function. Events as they are stored
// are read by engine/eventlog/read.
//
// In reading order: load.go loads a stream, loader.go has what that takes, first.go reads the first
// events of several streams in one round trip, stream.go reads a long one in pages; follow.go reads
// what other processes append (docs/decisions/0009).
//
// A Loader has no goroutine and may be used by many; Follow runs where states are remembered. What
// was loaded must never rest on a log that went back (engine/eventlog/epoch), nor on what a
// promotion would lose (engine/eventlog/confirm).
//
// engine/command loads and follows by way of engine/eventlog.
package load
