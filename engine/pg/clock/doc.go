// Package clock measures times by the process's own clock, which nobody can set, where they must
// not depend on a server's clock.
//
// Ages and jumps of clocks belong here: clock.go watches the server's clock for jumps, sightings.go
// remembers when a number was first seen, such as the log's head. Recorded times do not: those are
// the server's, made in engine/eventlog.
//
// Watch.Run must run where its Check is used, in engine/process/api and engine/process/projector.
// Nothing may ever stop because a clock has jumped.
package clock
