package workflow

import (
	"errors"
	"fmt"
	"time"
)

// Schedule begins new instances of a workflow at the times that the function Next returns, such as
// each night. At each time, Tell is called with Fired. The command that Tell returns is sent to the
// stream of a new instance. Exactly one instance begins at each time, even if processes die, or the
// job of the schedule is done more than once.
type Schedule struct {
	// Name is stored with the jobs, and must never change.
	Name string

	// Next returns the first time of the schedule after the given time. Next must be a pure function.
	// The returned time must be before the year 9999.
	Next func(after time.Time) time.Time

	// CatchUp says what happens if times were missed because no worker process was running. If CatchUp
	// is true, an instance begins for each missed time. If CatchUp is false, an instance begins for
	// the first missed time only.
	CatchUp bool
}

// ErrSchedule says that the function Next of a Schedule has not returned a possible time.
var ErrSchedule = errors.New("bad schedule")

// NextAfter calls Next, and checks what it returns. If Next panics or returns an impossible time,
// the error wraps ErrSchedule.
func (s Schedule) NextAfter(after time.Time) (due time.Time, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w %q: %w", ErrSchedule, s.Name, err)
		}
	}()
	defer recovered(&err)
	due = s.Next(after).UTC()
	switch at := after.UTC().Format(time.RFC3339Nano); {
	case !due.After(after):
		return time.Time{}, fmt.Errorf("the time that Next returns for %s must be after it, and is %s", at, due.Format(time.RFC3339Nano))
	case due.Year() >= 9999:
		return time.Time{}, fmt.Errorf("the time that Next returns for %s must be before the year 9999, and is in the year %d", at, due.Year())
	}
	return due, nil
}

// Daily returns the function Next of a Schedule that is due once each day, at an hour and a minute
// by the clocks of a place. If the clocks are put forward and skip this time, the schedule is due
// later, by as much as the clocks skip. If the clocks are put back and show this time twice, the
// schedule is due once, the first time. A program that loads a place by its name
// (time.LoadLocation) must import time/tzdata, because the container images have no list of time
// zones.
func Daily(hour, minute int, place *time.Location) func(after time.Time) time.Time {
	return func(after time.Time) time.Time {
		year, month, day := after.In(place).Date()
		for day--; ; day++ { // the day before: a time that is skipped may be due on the next date
			if due := whenClocksShow(time.Date(year, month, day, hour, minute, 0, 0, time.UTC), place); due.After(after) {
				return due
			}
		}
	}
}

// whenClocksShow returns the first time at which the clocks of a place show a date and a time of
// day. If the clocks skip this time of day, whenClocksShow returns the time at which they would
// have shown it without the change. The parameter wall has the date and the time of day, in UTC.
// time.Date is not used: if two offsets are possible, it does not say which one it uses.
func whenClocksShow(wall time.Time, place *time.Location) time.Time {
	before := wall.Add(-offset(wall.AddDate(0, 0, -1), place))
	after := wall.Add(-offset(wall.AddDate(0, 0, 1), place))
	first, second := before, after
	if after.Before(before) {
		first, second = after, before
	}
	for _, at := range []time.Time{first, second} {
		if at.Add(offset(at, place)).Equal(wall) {
			return at
		}
	}
	return before
}

// offset returns by how much the clocks of a place are ahead of UTC at a time.
func offset(at time.Time, place *time.Location) time.Duration {
	_, seconds := at.In(place).Zone()
	return time.Duration(seconds) * time.Second
}

// Every returns the function Next of a Schedule that is due at each whole multiple of a period
// since the beginning of the year 1 (UTC). For example, with a period of an hour, the schedule is
// due at the beginning of each hour. The period must be positive.
func Every(period time.Duration) func(after time.Time) time.Time {
	return func(after time.Time) time.Time { return after.Truncate(period).Add(period) }
}
