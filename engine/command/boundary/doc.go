// Package boundary answers one question: how can one decision depend on events of several streams?
// A boundary is the set of events on which a decision depends. Its events have certain tags, and
// may be on any streams. Package boundary reads these events, calls the domain's function Decide,
// and appends the events that Decide returns. The append has the condition that the boundary has
// not changed in the meantime.
//
// Package boundary has no business rules: a service declares them in a Boundary. The Boundary also
// chooses, for each command, the tags and types of the events to read, and the stream to which the
// new events are added. For decisions that depend on one stream, use engine/command: it keeps
// states in memory, and decides many commands together.
//
// In reading order: boundary.go has Boundary, the functions of a service; handler.go has Handler,
// which executes commands; attempt.go decides a command once and appends its events. If the
// boundaries of two commands of one process have a tag in common, engine/command/boundary/turns
// makes one command wait for the other.
//
// A Handler is safe for concurrent use, has no table and starts no goroutine. It keeps no states:
// it reads the events of the boundary for each command, so a boundary should stay small
// (docs/decisions/0026). A Handler must never send an answer that depends on an event that is not
// durable yet, and must never append without the condition.
//
// ExampleHandler (example_test.go) shows a Boundary, and docs/how-to/a-unique-value.md shows a
// whole operation of a service. engine/eventlog implements Store, and api.Boundary
// (engine/process/api) makes the Handler of a service.
package boundary
