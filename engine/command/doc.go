// Package command answers one question: how does a command become events, once and in order?
// Package command loads a stream, calls the domain's function Decide, and appends the events that
// Decide returns.
//
// Package command does everything between a command and its answer. Package command has no business
// rules: a service declares the functions Decide and Evolve, in its internal/write. Package command
// has no SQL and no HTTP: it reaches the event log through the interface Store, and gets the data
// of a client's request as a Request.
//
// In reading order: aggregate.go has Aggregate, a stream type with its Decide and Evolve; decide.go
// declares these two function types; request.go has Request and Result; store.go has Store;
// handler.go has Handler, which executes commands; any.go has Any, an interface that Handlers of
// all types implement.
//
// Each mechanism has its own package. engine/command/several executes commands that change several
// streams, with the help of access.go. In engine/command/line, commands on the same stream wait for
// each other. engine/command/group decides the waiting commands as one group and appends their
// events. engine/command/plan decides each command of a group on the state after the previous
// command. engine/command/answers answers the commands of a group. If an idempotency key is used
// again, engine/command/once returns the first answer. engine/command/states caches states in
// memory. engine/command/detach copies events, so that events and cached states share no memory.
// engine/command/fold computes a state from events, also for snapshots.
//
// A Handler is safe for concurrent use and has no method Run: the first command on a stream starts
// a goroutine, which ends when no command waits on the stream. The cached state may be outdated, so
// the append checks the stream's version (docs/decisions/0006). A Handler must never send an answer
// that depends on an event that is not durable yet.
//
// ExampleDecide (example_decide_test.go) shows a Decide function and an Evolve function, and
// ExampleHandler (example_handler_test.go) shows a Handler that uses them. engine/eventlog
// implements Store; engine/edge makes a Request from an HTTP request.
package command
