package drive

import (
	"sync/atomic"
	"time"
)

// window decides which steps of a run are measured.
type window struct {
	from  time.Time    // steps that begin before are warm-up
	until time.Time    // no step begins later
	count int64        // how many steps to measure; 0: no bound
	steps atomic.Int64 // measured steps that have begun
}

// measuring reports whether the warm-up is over at a time.
func (w *window) measuring(now time.Time) bool { return !now.Before(w.from) }

// measures reports whether to record a step that began at a time, and ends now. Without a count,
// steps that the warm-up has left behind are measured, too: more load than the server can handle
// keeps all clients busy with steps that were due long ago.
func (w *window) measures(began, now time.Time) bool {
	if w.count > 0 {
		return w.measuring(began)
	}
	return w.measuring(now)
}

// takesAnother reports whether another measured step may begin.
func (w *window) takesAnother() bool {
	return w.count == 0 || w.steps.Add(1) <= w.count
}
