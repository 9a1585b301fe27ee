// Package encode answers one question: into which database rows is a chain of appends (appends that
// are committed together) encoded? The appends are encoded in the goroutines of their callers, so
// that the goroutine that sends appends does no other work.
//
// The package checks chains of appends, makes ids, JSON and public messages, and calls the function
// that encrypts personal data. The SQL statement that inserts the rows is in
// engine/eventlog/flight. In reading order: encode.go makes the rows of a chain of appends; tags.go
// makes the rows of tags and conditions; claims.go makes the rows of unique texts; batched.go says
// which chains of appends may be in one batch; rows.go has the types of the rows, and makes the
// answers to the callers after the rows were inserted.
//
// The package has no table and starts no goroutine; an Encoder is safe for concurrent use. The
// package reads the clock of the process only for the time at which an event occurred. Rows must
// never change after they are queued, because they may be sent again, and because a search in the
// log finds the events by the ids in the rows.
//
// engine/eventlog/write calls Encode. engine/eventlog/delivery and engine/eventlog/flight use the
// rows.
package encode
