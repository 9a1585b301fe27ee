// Package detach answers one question: how does an event share nothing with the values it was made
// of? A Decide may put a list of its state into an event, and an Evolve may put a list of an event
// into a state: a change in place of one would change the other.
//
// Copying the stored part of a value belongs here, and telling by its type that it needs no copy.
// Deciding which events to copy does not: engine/command/plan detaches each decided event, and
// engine/command/states each observed one.
//
// In reading order: flat.go says which types hold no reference; detach.go copies the others. It has
// no table and no goroutine, and remembers for each type whether it is flat. It must never copy an
// event of a flat type: most events are flat, and cost nothing.
package detach
