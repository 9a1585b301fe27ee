package workflow

import "time"

// Schedule begins new instances of a workflow at the times that the function Next returns, such as
// each night. At each time, Tell is called with Fired. The command that Tell returns is sent to the
// stream of a new instance. Exactly one instance begins at each time, even if processes die, or the
// job of the schedule is done more than once.
type Schedule struct {
	// Name is stored with the jobs, and must never change.
	Name string

	// Next returns the first time of the schedule after the given time. Next must be a pure function.
	Next func(after time.Time) time.Time

	// CatchUp says what happens if times were missed because no worker process was running. If CatchUp
	// is true, an instance begins for each missed time, one after another. If CatchUp is false, an
	// instance begins for the first missed time only.
	CatchUp bool
}

// Daily returns the function Next of a Schedule that is due once each day, at an hour and a minute
// by the clocks of a place. If the clocks are put forward and skip this time, the schedule is due
// later on that day, by as much as the clocks skip. If the clocks are put back and show this time
// twice, the schedule is still due only once on that day. A program that loads a place
// by its name must import time/tzdata, because images have no list of time zones.
func Daily(hour, minute int, place *time.Location) func(after time.Time) time.Time {
	return func(after time.Time) time.Time {
		year, month, day := after.In(place).Date()
		for ; ; day++ {
			if due := time.Date(year, month, day, hour, minute, 0, 0, place); due.After(after) {
				return due
			}
		}
	}
}

// Every returns the function Next of a Schedule that is due at each whole multiple of a period
// since the beginning of the year 1 (UTC). For example, with a period of an hour, the schedule is
// due at the beginning of each hour. The period must be positive.
func Every(period time.Duration) func(after time.Time) time.Time {
	return func(after time.Time) time.Time { return after.Truncate(period).Add(period) }
}
