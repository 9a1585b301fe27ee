// Package detach answers one question: how is an event copied so that the copy shares no memory
// with the values from which the event was made? A Decide may put a list of its state into an
// event, and an Evolve may put a list of an event into a state. If the event and the state
// shared the list, a change in place of one would change the other.
//
// Package detach copies the stored part of a value, and knows which types need no copy.
// engine/command/plan detaches each decided event, and engine/command/states each observed
// event.
//
// In reading order: flat.go says which types contain no reference; detach.go copies values of
// the other types. Package detach has no table and no goroutine. Package detach caches for each
// type whether the type is flat. Package detach must never copy an event of a flat type: most
// events are flat, and a copy would only cost time.
package detach
