// Package plan answers one question: what do commands lead to on a state, one after another? Its
// answer is events to append, and for each command its refusal or the place of its events.
//
// Deciding belongs here, in memory and without waiting: it calls the domain's Decide and Evolve,
// compares the precondition with the version, and makes an append for each accepted command.
// Appending the plan does not: engine/command/group does that, and answers the commands.
//
// In reading order: domain.go has the domain that decides, and what is known about its state's
// type; holds.go tells whether that type may hold personal data; erasure.go refuses an event for
// which the database would erase another person than the event says; plan.go decides a group of
// commands.
//
// It has no table and no goroutine. It must never let one command's panic fail another command, nor
// decide a command on a state that the command before has not led to.
package plan
