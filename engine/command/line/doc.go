// Package line answers one question: how do commands on one stream wait for each other, and for their
// answers? One goroutine serves a stream's line; what arrives meanwhile is its next group.
//
// Waiting belongs here, and withdrawing: a command that is not waited for any more is appended by
// nobody, unless an append may have it already. What the commands of a group come to does not: that is
// engine/command/plan, and engine/command/group has it appended.
//
// In reading order: command.go has a command on its way to its answer; lines.go has the lines, by
// stream.
//
// It has no table and no goroutine: the caller whom Join tells to be first has the line served. It must
// never say that nothing was done of a command that an append may have: that is
// event.ErrUnknownOutcome.
package line
