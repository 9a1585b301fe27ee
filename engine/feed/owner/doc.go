// Package owner answers one question: to which subject does the stream of an event belong?
//
// Asking the service's function, of a stream's first event, belongs here, and remembering its answer:
// a stream never changes its owner. The rule itself does not: it is the service's. Nor does the
// statement that reads first events, which is in engine/eventlog/read.
//
// owner.go is all of it. It reads the log, writes nothing and starts nothing. Owners may be used by many
// goroutines. They must never guess: an event of a stream whose first event can't be read fails.
// engine/feed/follow and engine/feed/past ask.
package owner
