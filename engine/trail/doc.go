// Package trail answers one question for operators: which person did what, and when?
//
// Listing events by actor, type and time belongs here. A record of its own does not: the log is the
// trail, and recorded_at rises with positions, so trail.go, its one file, finds an instant by
// halving the log. It has no table, no index and no goroutine. One page looks at a bounded number
// of events, and its cursor says where to go on.
//
// It must never decrypt personal data: the reader of an answer gets what the log has. The functions
// behind its interface Log are in search.go of engine/eventlog/read.
package trail
