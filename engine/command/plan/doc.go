// Package plan answers one question: what do commands lead to on a state, one after another? Its answer is
// events to append, and for each command its refusal or the place of its events.
//
// Deciding belongs here, in memory and without waiting for anything: the domain's Decide and Evolve are
// called, the precondition is held against the version, and an append is made for each command that is
// accepted. What becomes of the plan does not: engine/command/group has it appended and gives the
// answers.
//
// In reading order: domain.go has the domain that decides, with what is known of its state's type;
// holds.go looks whether that type may hold personal data; erasure.go refuses an event that erases
// another person in SQL than in Go; plan.go decides a group of commands.
//
// It has no table and no goroutine. It must never let a command's panic be another's error, nor give one
// command a state that the one before has not led to.
package plan
