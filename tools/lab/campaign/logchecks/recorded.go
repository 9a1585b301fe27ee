//go:build linux

package logchecks

import (
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
)

const (
	ahead = time.Minute // a recorded time is at most this far ahead of the server's clock; if the clock is set back by less than this, recorded times do not decrease
)

// Recorded compares two things: the recorded times of the events, and the time of the server's
// clock. The recorded times may decrease from one event to the next only if the clock was set back
// by more than a minute.
func Recorded(e *evidence.Evidence, v *evidence.Verdict) {
	wasSet := slices.ContainsFunc(e.History.Clock, func(c history.ClockOff) bool { return c.Off != 0 })
	for i, recorded := range e.History.Log {
		if i > 0 {
			fell := time.Duration(e.History.Log[i-1].Recorded-recorded.Recorded) * time.Microsecond
			if fell > 0 && (fell <= ahead || !wasSet) {
				v.Violated("position %d was recorded %v before the one before it", recorded.Position, fell)
			}
		}
		if recorded.Workflow { // nobody waited for it
			continue
		}
		calls := e.ByKey[recorded.Key]
		answer := slices.IndexFunc(calls, answers.Call.Succeeded)
		if answer < 0 {
			continue // without an answer, the event may have been recorded at any time
		}
		v.Looked++
		from, to := calls[0].Sent, calls[answer].Done
		least, most := e.History.Off(from, to)
		at := time.UnixMicro(recorded.Recorded).Sub(e.History.Started.Round(0)) // recorded time by the server's clock, as a duration since the start by this program's clock
		if at < from+least-history.Blur || at > to+most+ahead+history.Blur {
			v.Violated("position %d was recorded at %v; it was sent at %v and answered at %v, and the server's clock was off by %v to %v",
				recorded.Position, at, from, to, least, most)
		}
	}
}
