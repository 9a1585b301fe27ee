package drive

import (
	"sync/atomic"
	"time"
)

// window is what of a run is measured.
type window struct {
	from  time.Time    // what begins before is warm-up
	until time.Time    // what begins later is not sent
	count int64        // how many steps to measure; 0: no bound
	steps atomic.Int64 // measured steps that have begun
}

// measuring says whether the warm-up is over at a time.
func (w *window) measuring(now time.Time) bool { return !now.Before(w.from) }

// measures says whether to record what began at a time, and is over now. What the
// warm-up has left behind is measured, too, unless somebody counts: more load than
// the server can take keeps everybody busy with steps that were due long ago.
func (w *window) measures(began, now time.Time) bool {
	if w.count > 0 {
		return w.measuring(began)
	}
	return w.measuring(now)
}

// takesAnother says whether another measured step may begin.
func (w *window) takesAnother() bool {
	return w.count == 0 || w.steps.Add(1) <= w.count
}
