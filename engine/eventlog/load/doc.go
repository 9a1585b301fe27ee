// Package load answers one question: how do the states that a process remembers get their events? A
// stream is loaded before a command is decided on it, and the process follows what others append.
//
// Reads that decode events, in a log that is compared with what was read before, belong here.
// Making states of the events does not: each event is passed to the caller's function.
// engine/eventlog/read reads events in their stored form.
//
// In reading order: load.go loads a stream, loader.go has the Loader, first.go reads the first
// events of several streams in one round trip, stream.go reads a long one in pages; follow.go reads
// what other processes append (docs/decisions/0009).
//
// A Loader has no goroutine and may be used by many; Follow runs where states are remembered.
// Loaded events must never rest on a log that went back (engine/eventlog/epoch), nor be events that
// a promotion would lose (engine/eventlog/confirm).
//
// engine/command loads and follows through engine/eventlog.
package load
