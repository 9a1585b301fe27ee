package drive

import (
	"sync/atomic"
	"time"
)

// window decides which steps (operations of clients) of a run are measured.
type window struct {
	from  time.Time    // steps that begin before this time belong to the warm-up
	until time.Time    // no step begins after this time
	count int64        // number of steps to measure; 0: no limit
	steps atomic.Int64 // number of measured steps that have begun
}

// measuring reports whether the warm-up is over at the given time.
func (w *window) measuring(now time.Time) bool { return !now.Before(w.from) }

// measures reports whether to record a step (operation of a client) that began at the given time
// and ends now. If the plan has a fixed number of steps, only steps that began after the warm-up
// are recorded. Otherwise, every step that ends after the warm-up is recorded, even if it was due
// during the warm-up: under overload, a step may end long after it was due.
func (w *window) measures(began, now time.Time) bool {
	if w.count > 0 {
		return w.measuring(began)
	}
	return w.measuring(now)
}

// takesAnother reports whether one more measured step (operation of a client) may begin.
func (w *window) takesAnother() bool {
	return w.count == 0 || w.steps.Add(1) <= w.count
}
