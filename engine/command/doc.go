// Package command answers one question: how does a command become events, once and in order? It
// loads a stream, lets the domain decide, and appends what was decided.
//
// The way from a command to its answer belongs here. A business rule does not: Decide and Evolve
// are the domain's, in a service's internal/write. Neither does SQL nor HTTP: the log is the
// interface Store, and a client's request is a Request.
//
// In reading order: aggregate.go joins Decide and Evolve to a stream type; handler.go takes a
// command in; line.go has commands on one stream wait for each other; group.go decides those that
// wait as one group, and plan.go decides each on the state that the one before leads to; once.go
// gives an idempotency key its first answer again; precondition.go checks If-Match. state.go keeps
// states in memory, detach.go sees to it that nobody else changes them, snapshots.go begins a long
// stream at a stored state, whose form is shape.go and whose making is fold.go. check.go finds an
// Evolve that changes what it is given.
//
// A Handler may be used by many goroutines and needs no Run: the first command on a stream starts
// a goroutine, which ends when nobody waits any more. Memory is a hint; the version that the
// append checks is the truth (docs/decisions/0006). It must never answer with what is not durable.
//
// ExampleDecide (example_decide_test.go) shows a decider, ExampleHandler (example_handler_test.go)
// its handler. The log behind Store is
// engine/eventstore; engine/edge makes a Request of an HTTP request.
package command
