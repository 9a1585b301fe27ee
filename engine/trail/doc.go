// Package trail answers one question for those who run the service: which person did what, and
// when?
//
// Listing events by actor, type and time belongs here. A record of its own does not: the log is
// the trail, and positions rise with the time that they were recorded at, so trail.go, its one
// file, finds an instant by halving the log. It has no table, no index and no goroutine. One page
// looks at a bounded span of events, and its cursor says where to go on.
//
// It must never decrypt what is personal: the reader of an answer gets what the log holds. The
// functions behind its interface Log are in search.go of engine/eventlog/read.
package trail
