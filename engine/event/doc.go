// Package event answers one question: what is an event, before and after it is recorded? All other
// packages of the engine use the types of package event.
//
// Package event declares the types that packages of the engine pass to each other, and the errors
// by which callers distinguish outcomes. Package event reads no clock, no database and no
// configuration, and imports no other package of this module. Package event has no table and starts
// no goroutine.
//
// In reading order: event.go has Event, which a decision returns, and Recorded, an event in the
// log, with its position; append.go has Append, a set of events that are appended to the log
// together; tags.go has the tags of events, and the Condition of an append; decode.go decodes
// stored JSON to an Event; messages.go has the public messages of events; unique.go declares texts
// that no two persons of a scope may have; personal.go has Personal, a text about a person, which
// is stored only in encrypted form; erasure.go checks that an erasure event (an event that erases a
// person) names the same person in Go and in its JSON; snapshot.go has the stored state of a
// stream; identity.go computes ids from which the log recognizes work that was done before;
// precondition.go has the versions of a stream that a client accepts (If-Match); errors.go has the
// errors.
//
// Package event must never let personal text be printed, or stored without encryption.
//
// ExamplePersonal (example_test.go) declares a personal field. A service declares its own events
// in its internal/events; engine/command decides which events happen, and engine/eventlog
// records them.
package event
