// Package plan answers one question: what do commands on one state lead to, one after another? A
// Plan has the events to append and, for each command, its refusal or the version after its
// events.
//
// Package plan decides commands in memory, without waiting: it calls the domain's Decide and
// Evolve, compares the precondition with the version, and makes an append for each accepted
// command. engine/command/group appends the plan and answers the commands.
//
// In reading order: domain.go has the functions of the domain, and what is known about its state
// type; holds.go says whether that type may contain personal data; erasure.go refuses an event
// for which the database would erase another person than the event's method Erased says; plan.go
// decides a group of commands.
//
// Package plan has no table and no goroutine. If one command panics, the other commands must not
// fail. Each command must be decided on the state after the previous command.
package plan
