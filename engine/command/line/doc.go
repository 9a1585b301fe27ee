// Package line answers one question: how do commands on one stream wait for each other, and for
// their answers? One goroutine serves a stream's line; commands that arrive meanwhile are its next
// group.
//
// Waiting belongs here, and withdrawing: a command whose caller has stopped waiting is not
// appended, unless an append may contain it already. Deciding commands does not:
// engine/command/plan decides them, and engine/command/group appends the plan.
//
// In reading order: command.go has a command on its way to its answer; lines.go has the lines, by
// stream.
//
// It has no table and no goroutine: the caller for which Join returns true makes sure that the line
// is served. It must never say that nothing was done for a command that an append may contain: the
// answer is then event.ErrUnknownOutcome.
package line
