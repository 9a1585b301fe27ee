// Package group answers one question: how do commands that wait on one stream take effect
// together? Package group gets the stream's state, makes a plan, appends the plan's events, and
// answers each command.
//
// Package group does everything between a group of commands and their answers: it decides the
// commands again if another process has appended first, it looks up the stored answers of their
// keys, and it splits a group if the database refuses one of its appends. engine/command/plan
// makes the plan, engine/command/states has the state, and the commands wait in
// engine/command/line.
//
// In reading order: serve.go serves a line, group by group; attempt.go gets the state and
// appends the plan; answers.go answers each command; group.go has the group, puts its state back
// into the cache, and lets its commands be withdrawn.
//
// Package group has no table. Serve runs in the goroutine that engine/command starts, and ends
// when no command waits in the line. Package group must never give an answer that depends on
// anything that is not durable yet. Package group answers every command, even after a panic.
package group
