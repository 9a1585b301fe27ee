// Package event answers one question: what is an event, before and after it is recorded? It is the
// vocabulary that all other packages speak.
//
// Types that two packages of the engine hand to each other belong here, and the errors by which
// callers tell outcomes apart. Behaviour does not: nothing here reads a clock, a database or a
// configuration, and the package imports nothing of ours. It has no table and starts no goroutine.
//
// In reading order: event.go has Event, which a decision returns, and Recorded, which is the same
// in the log, with its position; append.go has what goes into the log at once; decode.go turns
// stored JSON back into an Event, and lifts old shapes; messages.go has what others hear of an
// event; personal.go has text about a person, which is stored encrypted or not at all; erasure.go
// compares what an erasure says with its JSON; snapshot.go
// has a state that was stored; errors.go lists the outcomes.
//
// It must never let personal text be printed or stored in clear.
//
// ExamplePersonal (example_test.go) declares a personal field. A service's own events are in its internal/events;
// engine/eventlog records them, engine/command decides which.
package event
