// Package load answers one question: how does a process get the events from which it computes the
// states of streams? The process loads a stream before it decides a command on the stream. The
// process also reads the events that other processes append.
//
// The package reads and decodes events, and checks that the log still contains what the process has
// read before. The package does not compute states: it passes each event to a function of the
// caller. engine/eventlog/read reads events without decoding them.
//
// In reading order: load.go loads a stream; loader.go has the Loader; first.go reads the first
// events of several streams in one round trip; stream.go reads a long stream in pages; follow.go
// reads the events that other processes append (docs/decisions/0009); tail.go reads for the feed;
// matching.go reads the events that have given tags.
//
// A Loader starts no goroutine and is safe for concurrent use. A process that caches states must
// run Follow. If the log goes back to an earlier state during a load, Load must never mix events
// that it has read before and after that (engine/eventlog/epoch). Load must never return an event
// that a promotion of the standby would lose (engine/eventlog/confirm).
//
// engine/command calls this package through engine/eventlog.
package load
