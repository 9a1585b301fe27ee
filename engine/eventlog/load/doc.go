// Package load answers one question: how do the states that a process remembers get their events?
// The process loads a stream before it decides a command on it, and follows the events that other
// processes append.
//
// The package reads and decodes events, and compares the log with what the process has read before.
// The package does not make states: it passes each event to a function of the caller.
// engine/eventlog/read reads events in their stored form.
//
// In reading order: load.go loads a stream; loader.go has the Loader; first.go reads the first
// events of several streams in one round trip; stream.go reads a long stream in pages; follow.go
// reads the events that other processes append (docs/decisions/0009).
//
// A Loader starts no goroutine and is safe for concurrent use. Follow must run in a process that
// remembers states. A loaded event must never rest on a log that went back to an earlier state
// (engine/eventlog/epoch), and must never be one that a promotion would lose
// (engine/eventlog/confirm).
//
// engine/command loads and follows streams through engine/eventlog.
package load
