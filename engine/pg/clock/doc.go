// Package clock measures times by the clock of its own process, which nobody can set. Such times do
// not depend on the clock of a server.
//
// The package has two files: clock.go detects jumps of the server's clock; sightings.go remembers
// when a number, such as the position of the log's last event, was first seen. The times at which
// events are recorded come from the server's clock; engine/eventlog stores these times.
//
// Each process that calls Watch.Check must also run Watch.Run, as engine/process/api and
// engine/process/projector do. A process must never stop because a clock has jumped.
package clock
