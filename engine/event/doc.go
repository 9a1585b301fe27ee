// Package event answers one question: what is an event, before and after it is recorded? Its types
// are the vocabulary of all other packages.
//
// Types that two packages of the engine hand to each other belong here, and the errors by which
// callers distinguish outcomes. Behaviour does not: nothing here reads a clock, a database or a
// configuration, and the package imports no other package of this module. It has no table and
// starts no goroutine.
//
// In reading order: event.go has Event, which a decision returns, and Recorded, an event in the
// log, with its position; append.go has what is appended to the log at once; decode.go turns stored
// JSON back into an Event, and lifts old shapes; messages.go has the public messages of events;
// personal.go has text about a person, which is stored encrypted or not at all; erasure.go compares
// what an erasure says with its JSON; snapshot.go has a stored state; errors.go lists the outcomes.
//
// It must never let personal text be printed or stored in clear.
//
// ExamplePersonal (example_test.go) declares a personal field. A service's own events are in its
// internal/events; engine/eventlog records them, engine/command decides which.
package event
