// Package answers answers one question: how does each command of a group get its answer? A group
// consists of commands that are decided and appended together.
//
// A Waiting has the commands of one group that wait for their answers. It looks up the stored
// answers of their idempotency keys, and appends their events within the time for which their
// callers wait. It answers every command, even if the group fails. engine/command/group uses a
// Waiting for commands on one stream, and engine/command/several for commands on several streams.
//
// In reading order: fail.go answers the commands of a group that has failed; waiting.go has the
// commands, their appends and their answers.
//
// Package answers has no table and no goroutine. If no append contains a command, package answers
// must never answer the command with event.ErrUnknownOutcome. If an append may still contain a
// command, package answers must never answer the command with another error.
package answers
