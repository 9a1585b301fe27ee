// Package trail answers one question for operators: which person did what, and when?
//
// The package lists events by actor, type and time. The package keeps no record: the log is the
// trail. The column recorded_at rises with positions, so trail.go, the one file of the package,
// finds an instant by halving the log. The package has no table, no index and no goroutine. One
// page scans a bounded number of events, and the cursor of the page says where the next page
// begins.
//
// The package must never decrypt personal data: the reader of an answer gets the data as the log
// has it. The functions behind the interface Log are in search.go of engine/eventlog/read.
package trail
