package queue

import "time"

// standing is what is known of a queue whose oldest request has waited too long ever since.
type standing struct {
	windows int           // of equal length, in which the least delay has not fallen
	until   time.Time     // the end of the one that is on
	least   time.Duration // delay in it: flights end many requests at once, and it falls and rises with each
	before  time.Duration // the least in the one before
}

// standingFor is how many such windows are an overload: in the first the delay still grows.
const standingFor = 3

// look takes a delay in, and says whether it is an overload.
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
	default: // it is worked off, and does not stand
		s.windows = 1
	}
	s.before, s.least, s.until = s.least, delay, now.Add(window)
	return s.overload()
}

func (s *standing) overload() bool { return s.windows >= standingFor }
