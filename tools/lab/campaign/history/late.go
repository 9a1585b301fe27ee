//go:build linux

package history

import (
	"context"
	"sync"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
)

const (
	lookLate  = 10 * time.Millisecond
	worthNote = 50 * time.Millisecond
)

// WatchLateness records each pause after which this program continued late, and by how much. It
// does so until stop is called.
func (h *History) WatchLateness() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			at := time.Since(h.Started)
			interval.Pause(ctx, lookLate)
			if by := time.Since(h.Started) - at - lookLate; by > worthNote {
				h.Late = append(h.Late, Lateness{at, by})
			}
		}
	})
	return func() { cancel(); watching.Wait() }
}

// SeenAt returns the time at which the observer that follows the log had read the event at a
// position. If the observer has not read the event, ok is false.
func (h *History) SeenAt(position int64) (at time.Duration, ok bool) {
	if position < 1 || position > int64(len(h.TailAt)) {
		return 0, false
	}
	return h.TailAt[position-1], true
}

// LateAt returns the largest recorded lateness of this program between two times.
func (h *History) LateAt(from, to time.Duration) (most time.Duration) {
	for _, l := range h.Late {
		if l.At <= to && l.At+lookLate+l.By >= from {
			most = max(most, l.By)
		}
	}
	return most
}
