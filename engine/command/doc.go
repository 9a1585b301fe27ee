// Package command answers one question: how does a command become events, once and in order? It
// loads a stream, lets the domain decide, and appends what was decided.
//
// The way from a command to its answer belongs here. A business rule does not: Decide and Evolve
// are the domain's, in a service's internal/write. Neither does SQL nor HTTP: the log is the
// interface Store, and a client's request is a Request.
//
// In reading order: aggregate.go joins Decide and Evolve, which decide.go describes, to a stream type;
// request.go has what comes with a command, and what its stream is then; store.go is the log;
// handler.go takes a command in; any.go is a Handler of whatever kind. Each mechanism has a package:
// engine/command/line has commands on one stream wait for each other; engine/command/group decides
// those that wait as one group and appends it, by engine/command/plan, which decides each on the state
// that the one before leads to; engine/command/once gives an idempotency key its first answer again;
// engine/command/states keeps states in memory, engine/command/detach sees to it that nobody else
// changes them; engine/command/fold makes states of events, also for snapshots.
//
// A Handler may be used by many goroutines and needs no Run: the first command on a stream starts
// a goroutine, which ends when nobody waits any more. Memory is a hint; the version that the
// append checks is the truth (docs/decisions/0006). It must never answer with what is not durable.
//
// ExampleDecide (example_decide_test.go) shows a decider, ExampleHandler (example_handler_test.go)
// its handler. The log behind Store is engine/eventlog; engine/edge makes a Request of an HTTP request.
package command
