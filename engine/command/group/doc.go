// Package group answers one question: how do commands that wait on the same stream take effect
// together? Package group gets the stream's state, decides the commands, appends their events, and
// answers each command.
//
// If another process has appended to the stream first, package group decides the commands again. If
// the database refuses one append of a group, package group runs each command alone. Package group
// also looks up the stored answers of idempotency keys. engine/command/plan decides the commands,
// engine/command/states has the state, and the commands wait in engine/command/line.
//
// In reading order: serve.go takes one group of commands after another from a stream's line;
// attempt.go gets the state and appends the events; answers.go answers each command, by
// engine/command/answers; group.go has the type group, which puts the state back into the cache.
//
// Package group has no table. Serve runs in the goroutine that engine/command starts, and ends when
// no command waits on the stream. Package group must never send an answer that depends on an event
// that is not durable yet. Package group must answer every command, even after a panic.
package group
