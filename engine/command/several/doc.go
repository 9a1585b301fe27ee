// Package several answers one question: how does one command change several streams, all or none? A
// Handler of package several loads the streams that a command names, and calls the domain's
// function Decide with the states of all streams. Then the Handler appends the events of all
// streams in one append.
//
// The append checks the version of every stream, even of a stream that gets no event. So no
// decision is based on a stream that has changed meanwhile. A refused command appends nothing, so
// the Handler reads all streams again before it answers. So the refusal is based on states that the
// streams had at one moment (docs/decisions/0025).
//
// In reading order: decide.go has the function type Decide; stream.go has Stream, by which a
// command names a stream; handle.go executes commands; run.go executes a group of commands on the
// same streams; attempt.go decides the group and appends its events; plan.go decides one command
// after another; group.go and handler.go have the types of a group and of a Handler; part.go has
// one stream of a group.
//
// Each type of stream has a command.Handler, which executes the commands that name only one stream.
// Package several uses the cached states of these Handlers, and holds each stream's line, which is
// the queue of the commands that wait for the stream (engine/command/line). So commands of one
// process wait for each other instead of conflicting. If the append of a command conflicts with an
// append of another process, the command is decided again after a backoff. A command is decided at
// most twenty times.
//
// Package several has no table. The first command on a set of streams starts a goroutine, which
// ends when no command waits on this set. Package several must hold lines in the order of the
// streams' ids: in any other order, two commands could wait for each other forever. Package several
// must never send an answer that depends on an event that is not durable yet.
//
// ExampleHandler (example_test.go) shows a decision over two streams.
package several
