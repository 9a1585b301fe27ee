// Package detach answers one question: how is an event copied so that the copy shares no memory
// with the values from which the event was made? A Decide may put a list of its state into an
// event, and an Evolve may put a list of an event into a state. If the event and the state shared
// the list, a change of the list in the state would also change the event.
//
// Package detach copies the exported fields of a value, because only these fields are stored, and
// knows which types need no copy. engine/command/plan copies each decided event, and
// engine/command/states copies each event that another process has appended.
//
// In reading order: flat.go finds out whether a type is flat (contains no lists, maps or pointers);
// detach.go copies values of types that are not flat. Package detach has no table and no goroutine.
// Package detach caches for each type whether the type is flat. Package detach must never copy an
// event of a flat type: most events are flat, and a copy would only cost time.
package detach
