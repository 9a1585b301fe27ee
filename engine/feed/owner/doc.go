// Package owner answers one question: to which subject does the stream of an event belong?
//
// The package asks a stream's first event (event.Owned), and remembers its answer: a stream never
// changes its owner. Which events say so is the service's decision. The statement that reads first
// events is in engine/eventlog/read.
//
// owner.go is all of it. It reads the log, writes nothing and starts nothing. Owners may be used by many
// goroutines. They must never guess: an event of a stream whose first event can't be read fails.
// engine/feed/follow and engine/feed/past ask.
package owner
