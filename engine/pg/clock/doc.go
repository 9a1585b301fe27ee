// Package clock measures times that must not depend on a server's clock: it uses the process's own
// clock, which nobody can set.
//
// The package has two files: clock.go detects jumps of the server's clock; sightings.go remembers
// when a number, such as the head of the log, was first seen. The times at which events are recorded
// come from the server's clock, in engine/eventlog.
//
// Watch.Run must run in a process that uses Watch.Check: in engine/process/api and
// engine/process/projector. No process may ever stop because a clock has jumped.
package clock
