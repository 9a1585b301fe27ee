// Package group answers one question: how do commands that wait on one stream take effect together? It
// takes the state, has a plan made, appends it, and gives each command its answer.
//
// The way from a group to its answers belongs here: trying again where another process was faster, asking
// for the answers that keys have, telling neighbours apart where the database refuses one. What the
// commands come to does not (engine/command/plan), nor where the state is from
// (engine/command/states), nor how commands wait (engine/command/line).
//
// In reading order: serve.go serves a line, group by group; attempt.go takes the state and appends what
// is planned on it; answers.go says what is true of each command then; group.go has the group with the
// state that it holds, and gives both back.
//
// It has no table. Serve runs in the goroutine that engine/command starts, and ends with the line. It
// must never answer with what is not durable, and answers every command, also after a panic.
package group
