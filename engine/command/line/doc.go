// Package line answers one question: how do commands on one stream wait for each other, and for
// their answers? One goroutine serves a stream's line. The commands that arrive while the
// goroutine works on a group are the next group.
//
// Package line lets commands wait, and withdraws commands: if a caller has stopped waiting, its
// command is not appended, unless an append may already contain it. engine/command/plan decides
// the commands, and engine/command/group appends the plan.
//
// In reading order: command.go has a command that waits for its answer; lines.go has the line of
// each stream.
//
// Package line has no table and no goroutine. If Join returns true, the caller must start the
// goroutine that serves the line. If an append may contain a command, package line must never
// answer that nothing was done: the answer is then event.ErrUnknownOutcome.
package line
