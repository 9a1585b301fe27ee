package queue

import "time"

// standing detects overload: it records the delay of the oldest waiting request, and counts the
// time windows in which this delay was too long and did not fall.
type standing struct {
	windows int           // number of consecutive windows in which the shortest delay has not fallen; all windows have the same length
	until   time.Time     // end of the current window
	least   time.Duration // shortest delay in the current window; the delay rises and falls, because one commit ends many requests at the same time
	before  time.Duration // shortest delay in the previous window
}

// standingFor is the number of consecutive slow time windows after which a queue is overloaded. The
// first window always counts as slow, because the delay of the oldest request still grows in it.
const standingFor = 3

// look records how long the oldest request has waited, and reports whether the queue is overloaded.
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
	default: // the delay has fallen, so the queue gets shorter
		s.windows = 1
	}
	s.before, s.least, s.until = s.least, delay, now.Add(window)
	return s.overload()
}

func (s *standing) overload() bool { return s.windows >= standingFor }
