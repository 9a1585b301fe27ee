package workflow

import "time"

// Schedule begins a new instance of a workflow at times that a function gives, such as each night:
// Tell is called with Fired, and the command that it returns goes to the stream of the new instance.
// Each time begins one instance, whatever processes die, and however often the job is done.
type Schedule struct {
	// Name is stored with the jobs, and must never change.
	Name string

	// Next returns the first time of the schedule after the given time. Next must be a pure function.
	Next func(after time.Time) time.Time

	// CatchUp says what happens after a time at which no worker lived. If it is true, an instance
	// begins for each time that was missed, one after another. If it is false, one instance begins,
	// late, for the first of them.
	CatchUp bool
}

// Daily returns the function Next of a Schedule that is due each day at an hour and a minute by the
// clocks of a place. On the day on which clocks are put forward and skip this time, it is due as
// much later as the clocks skip; on the day on which clocks show it twice, it is due once. A program
// that loads a place by its name must import time/tzdata, because images have no list of time zones.
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

// Every returns the function Next of a Schedule that is due at each whole multiple of a period since
// 1970, such as each hour. The period must be positive.
func Every(period time.Duration) func(after time.Time) time.Time {
	return func(after time.Time) time.Time { return after.Truncate(period).Add(period) }
}
