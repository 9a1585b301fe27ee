// Package plan answers one question: which events follow from a group of commands on one stream? A
// Plan has the events to append. For each command, a Plan has either the refusal of the command or
// the version of the stream after the command.
//
// Package plan decides commands in memory, without waiting for a database. For each command it
// calls the domain's functions Decide and Evolve, and checks that the stream has a version that the
// client accepts (the precondition). For each accepted command it makes an append.
// engine/command/group sends the appends and answers the commands.
//
// In reading order: domain.go has the functions of the domain and properties of its state type;
// holds.go finds out whether the state type may contain personal data; erasure.go refuses an
// erasure event if its method Erased names another person than the database would erase; plan.go
// decides a group of commands.
//
// Package plan has no table and no goroutine. If one command panics, the other commands must not
// fail. Each command must be decided on the state after the previous command.
package plan
