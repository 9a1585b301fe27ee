// Package act has what an operator may do in the console: retry or discard a parked stream, redrive
// or drop a dead message, retry or cancel an instance of a workflow. It says first what an act will
// do, and then does it.
//
// The acts are those of the operator's subcommands (engine/process/ops), by the same functions, and
// they are recorded where the subcommands record them: a discard, a drop and a cancellation in the
// row that they change, with the operator, the time and the note. Package act also logs each act
// with its outcome, and has the last ones in memory for the page that lists them.
//
// In reading order: do.go finds the object of an act, and does the act; streams.go, messages.go and
// instances.go have the acts on parked streams, dead messages and workflows; act.go has the types;
// journal.go has the last acts.
//
// Package act has no table and starts no goroutine. An act must never be done to another state than
// the one that the operator was shown: if the state has changed, the act fails with ErrChanged.
package act
