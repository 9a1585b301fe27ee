// Package trail answers one question for operators: who has caused which events, and when?
//
// The package lists events by actor, type and time. All code is in trail.go. The package stores
// nothing: it reads the events of the log and their metadata. The package has no table, no index
// and no goroutine. To find the first event after an instant, the package uses a binary search,
// because the column recorded_at rises with the position. Each page scans a limited number of
// events, and returns a cursor for the next page.
//
// The package must never decrypt personal data. The type that implements the interface Log calls
// search.go of engine/eventlog/read.
package trail
