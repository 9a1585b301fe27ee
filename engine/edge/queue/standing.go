package queue

import "time"

// standing measures how long the oldest request of a queue has waited too long.
type standing struct {
	windows int           // of equal length, in a row, in which the least delay has not fallen
	until   time.Time     // the end of the current window
	least   time.Duration // delay in the current window: one flight ends many requests at once, so the delay rises and falls with each
	before  time.Duration // the least delay in the previous window
}

// standingFor is how many such windows make an overload: in the first one the delay still grows.
const standingFor = 3

// look notes a delay, and reports whether it means an overload.
func (s *standing) look(now time.Time, delay, window time.Duration) bool {
	if s.until.IsZero() {
		s.until, s.least = now.Add(window), delay
		return false
	}
	s.least = min(s.least, delay)
	if now.Before(s.until) {
		return s.overload()
	}
	switch {
	case s.windows == 0 || s.overload() || s.least > s.before*4/5:
		s.windows++
	default: // the queue gets shorter
		s.windows = 1
	}
	s.before, s.least, s.until = s.least, delay, now.Add(window)
	return s.overload()
}

func (s *standing) overload() bool { return s.windows >= standingFor }
