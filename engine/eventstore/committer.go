package eventstore

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"
)

// mostFlights bounds the flights that are out at a time, those in doubt included. Mostly it
// is one: what has queued meanwhile goes with the next.
const mostFlights = 4

// Run is the committer. It takes what has queued while the last flight was out
// and sends it as one batch: one lock, one fsync for all of it. When
// ctx ends it flies what is still queued and returns nil. It runs once.
func (s *Store) Run(ctx context.Context) error {
	defer close(s.closed)
	var hinting sync.WaitGroup
	hinted, stop := context.WithCancel(context.WithoutCancel(ctx))
	hinting.Go(func() { s.runHints(hinted) })
	defer hinting.Wait()
	defer stop()
	var flying sync.WaitGroup
	for range mostFlights { // goroutines that stay: a new one each flight would first have to grow its stack
		flying.Go(func() {
			for fly := range s.flights {
				fly()
			}
		})
	}
	defer flying.Wait()
	defer close(s.flights)
	var waiting []*pending // taken from the queue, not flown yet
	for {
		if len(waiting) == 0 {
			select {
			case p := <-s.queue:
				waiting = append(waiting, p)
			case <-ctx.Done():
				s.drain()
				return nil
			}
		}
		runtime.Gosched() // whoever is about to queue comes along
		waiting = s.fill(waiting)
		var batch []*pending
		batch, waiting = s.split(waiting)
		s.launch(context.WithoutCancel(ctx), batch)
	}
}

// drain flies everything that queued before the end.
func (s *Store) drain() {
	for waiting := s.fill(nil); len(waiting) > 0; waiting = s.fill(waiting) {
		var batch []*pending
		batch, waiting = s.split(waiting)
		s.launch(context.Background(), batch)
	}
}

// launch flies a batch, and returns when the next one may go: when this one has landed, is in
// doubt or overdue. The lock orders those that are out together like those of two processes.
func (s *Store) launch(ctx context.Context, batch []*pending) {
	next := make(chan struct{}, 1)
	s.flights <- func() {
		s.fly(ctx, batch, func() {
			select {
			case next <- struct{}{}:
			default:
			}
		})
	}
	overdue := time.NewTimer(overdueAfter)
	defer overdue.Stop()
	select {
	case <-next:
	case <-overdue.C:
	}
}

// fill adds what is in the queue now, without waiting for more: under load the
// next batch gathers while this one flies.
func (s *Store) fill(waiting []*pending) []*pending {
	for len(waiting) < s.config.MaxBatch {
		select {
		case p := <-s.queue:
			waiting = append(waiting, p)
		default:
			return waiting
		}
	}
	return waiting
}

// split takes from waiting, in order, what can fly together; the rest keeps its order.
func (s *Store) split(waiting []*pending) (batch, rest []*pending) {
	streams := make(map[uuid.UUID]bool, len(waiting))
	keys := make(map[string]bool)
	bytes := 0
	for _, p := range waiting {
		full := len(batch) > 0 && bytes+p.bytes > s.config.MaxBytes
		if full || p.clashes(streams, keys) {
			rest = append(rest, p)
			continue
		}
		batch = append(batch, p)
		bytes += p.bytes
		for _, stream := range p.streams {
			streams[stream.id] = true
		}
		for _, a := range p.appends {
			if a.once != nil {
				keys[a.once.Key] = true
			}
		}
	}
	return batch, rest
}
