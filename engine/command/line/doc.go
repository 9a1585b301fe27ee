// Package line answers one question: how do commands on one stream wait for each other, and for
// their answers? The commands of a stream wait in a queue, called a line. One goroutine per stream
// executes the commands in groups. Commands that arrive while the goroutine executes a group form
// the next group.
//
// If a caller stops waiting before an append contains its command, package line withdraws the
// command: no append will ever contain it. engine/command/plan decides the commands, and
// engine/command/group appends their events.
//
// A decision over several streams (engine/command/several) holds the line of each of its streams:
// until the decision releases the line, no other command of the process uses the stream.
//
// In reading order: command.go has the type of a command that waits for its answer; lines.go has
// the line of each stream; hold.go gives a line to a decision over several streams; backoff.go
// waits after a conflict with another process.
//
// Package line has no table and no goroutine. If Join returns true, the caller must start the
// goroutine that executes the commands of the line. If an append may contain a command, package
// line must never answer that the command had no effect; the answer must then be
// event.ErrUnknownOutcome.
package line
