// Package detach answers one question: how does an event share nothing with what it was made of? A
// Decide may put a list of its state into an event, and an Evolve a list of an event into a state: a
// change in place of one would change the other.
//
// Copying a value so far as it is stored belongs here, and telling by its type that it needs none. What
// may be changed in place, and by whom, does not: that is for engine/command/plan, which has each
// decided event detached, and engine/command/states, which has each observed one.
//
// In reading order: flat.go says which types hold no reference; detach.go copies the others. It has no
// table and no goroutine, and remembers of each type whether it is flat. It must never copy an event of
// a flat type: that is most of them, and costs nothing.
package detach
