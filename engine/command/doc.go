// Package command answers one question: how does a command become events, once and in order?
// Package command loads a stream, calls the domain's Decide, and appends the decided events.
//
// Package command does everything between a command and its answer. Package command has no
// business rules: the domain declares Decide and Evolve, in a service's internal/write. Package
// command has no SQL and no HTTP: the event log is the interface Store, and a client's request
// is a Request.
//
// In reading order: aggregate.go has Aggregate, a stream type with its Decide and Evolve;
// decide.go declares these two function types; request.go has Request and Result; store.go has
// Store; handler.go has Handler, which executes commands; any.go has the part of a Handler
// without type parameters.
//
// Each mechanism has a package. In engine/command/line, commands on the same stream wait for
// each other. engine/command/group decides the waiting commands as one group and appends their
// events. engine/command/plan decides each command of a group on the state after the previous
// command. engine/command/once returns the first answer for an idempotency key that is used
// again. engine/command/states caches states in memory, and engine/command/detach makes sure
// that no other value shares memory with them. engine/command/fold computes a state from events,
// also for snapshots.
//
// A Handler is safe for concurrent use and needs no Run: the first command on a stream starts a
// goroutine, which ends when no command waits. The state in memory may be outdated, so the
// append checks the stream's version (docs/decisions/0006). A Handler must never give an answer
// that depends on anything that is not durable yet.
//
// ExampleDecide (example_decide_test.go) shows a Decide and an Evolve, and ExampleHandler
// (example_handler_test.go) their Handler. engine/eventlog implements Store; engine/edge makes a
// Request from an HTTP request.
package command
