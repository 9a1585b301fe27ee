// Package group answers one question: how do commands that wait on one stream take effect together?
// It takes the state, has a plan made, appends it, and answers each command.
//
// The way from a group to its answers belongs here: deciding again when another process was faster,
// looking up the answers that keys have, splitting a group when the database refuses one of its
// appends. Deciding does not (engine/command/plan), nor getting the state (engine/command/states),
// nor waiting (engine/command/line).
//
// In reading order: serve.go serves a line, group by group; attempt.go takes the state and appends
// the plan; answers.go answers each command; group.go has the group with its state, and gives both
// back.
//
// It has no table. Serve runs in the goroutine that engine/command starts, and ends with the line.
// It must never give an answer that rests on something that is not durable. It answers every
// command, also after a panic.
package group
