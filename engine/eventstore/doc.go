// Package eventstore answers one question: how do events get into the log and out of it? It alone
// writes the table events: it appends, loads streams, reads the tail and listens.
//
// SQL that writes events, append_lock, idempotency_keys, elapsed or log_epochs belongs here. A
// decision does not, nor does anything that changes or deletes an event: the package must never do
// either.
//
// An append in reading order: append.go takes it in and waits for its outcome; encode.go makes
// rows of it, with personal data encrypted by the function Config.Seal; committer.go collects what
// waits into a batch, columns.go makes the statement's arguments of it, and flight.go sends it
// under one lock as one transaction; settle.go gives each append its outcome, by fate.go and,
// where the connection broke, by find.go. hint.go tells listeners afterwards. Reading: load.go and
// load_pages.go read a stream, read.go the tail, follow.go what other processes append, search.go
// and digest.go what the trail and the chain need; listen.go wakes those who wait. epoch.go
// notices a log that went back (docs/decisions/0018), ready.go and held_up.go say whether appends
// get through.
//
// A Store may be used by many goroutines. Appends need a running Run; Watch looks whether the log
// went back, Follow and Listener.Run are for those who need them. A lock puts the flights of all
// processes in one order (docs/decisions/0001), so positions rise in commit order without a hole,
// and reading the tail needs no care.
//
// Example_tail in engine/test/log reads the tail. The types are those of engine/event;
// engine/command appends, engine/projection reads the tail; engine/schema makes the tables.
package eventstore
