//go:build linux

package world

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// WatchWorkers records the periods in which no projector is ready, until stop is called. A
// projector that was killed needs a while to start again. So it is possible that no projector is
// ready for a while.
func (w *World) WatchWorkers(ctx context.Context, h *history.History) (stop func()) {
	const every = time.Second // each question makes a projector run several queries
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		attended := time.Since(h.Started) // last time at which a projector was ready
		for ctx.Err() == nil {
			at := time.Since(h.Started)
			if w.anyWorker(ctx) {
				if at-attended > 2*every {
					h.Unattended = append(h.Unattended, history.Unattended{From: attended, To: at})
				}
				attended = at
			}
			interval.Pause(ctx, every)
		}
	})
	return func() { cancel(); watching.Wait() }
}

// anyWorker reports whether a projector is ready.
func (w *World) anyWorker(ctx context.Context) bool {
	var ready atomic.Bool
	var asking sync.WaitGroup
	asked, cancel := context.WithCancel(ctx) // the first one that is ready suffices
	defer cancel()
	for _, n := range w.Projectors {
		asking.Go(func() {
			if n.Ready(asked) {
				ready.Store(true)
				cancel()
			}
		})
	}
	asking.Wait()
	return ready.Load()
}
