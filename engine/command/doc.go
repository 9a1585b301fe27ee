// Package command answers one question: how does a command become events, once and in order? It
// loads a stream, lets the domain decide, and appends the decided events.
//
// The way from a command to its answer belongs here. A business rule does not: Decide and Evolve
// are the domain's, in a service's internal/write. Neither does SQL nor HTTP: the log is the
// interface Store, and a client's request is a Request.
//
// In reading order: aggregate.go joins Decide and Evolve, which decide.go describes, to a stream
// type; request.go has what comes with a command, and what its stream is then; store.go is the log;
// handler.go takes a command in; any.go is a Handler of any kind. Each mechanism has a package: in
// engine/command/line commands on one stream wait for each other; engine/command/group decides
// those that wait as one group and appends it, by engine/command/plan, which decides each command
// on the state after the command before; engine/command/once returns the first answer of an
// idempotency key again; engine/command/states keeps states in memory, and engine/command/detach
// makes sure that nobody else changes them; engine/command/fold makes states of events, also for
// snapshots.
//
// A Handler may be used by many goroutines and needs no Run: the first command on a stream starts a
// goroutine, which ends when no command waits. The state in memory is a hint; the version that the
// append checks is the truth (docs/decisions/0006). A Handler must never give an answer that rests
// on something that is not durable.
//
// ExampleDecide (example_decide_test.go) shows a decider, ExampleHandler (example_handler_test.go)
// its handler. The log behind Store is engine/eventlog; engine/edge makes a Request of an HTTP
// request.
package command
