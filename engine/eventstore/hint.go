package eventstore

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"
)

// Channel is what the log notifies on: the payload is the new head position.
const Channel = "events"

// Times of hints.
const (
	hintEvery = 5 * time.Millisecond // under load one hint is for several flights: each costs a transaction
	hintFor   = 2 * time.Second      // bounds one
)

// hints are the notifications of what was appended. Nothing rests on them, and none is part
// of a flight: what goes wrong with one, such as a queue that a session of another database
// has filled, must not undo what was appended. And PostgreSQL commits one transaction that
// notifies at a time, in all of its databases: these have nothing to sync.
type hints struct {
	head    atomic.Int64  // the highest that somebody should hear of
	waiting chan struct{} // has a value while that was not sent
}

func newHints() *hints { return &hints{waiting: make(chan struct{}, 1)} }

// give has it said, soon, that the log's head is there. It never waits.
func (h *hints) give(head int64) {
	for {
		given := h.head.Load()
		if head <= given {
			return
		}
		if h.head.CompareAndSwap(given, head) {
			break
		}
	}
	select {
	case h.waiting <- struct{}{}:
	default:
	}
}

// runHints sends hints until ctx ends, and then the last one.
func (s *Store) runHints(ctx context.Context) {
	for {
		select {
		case <-s.hints.waiting:
			s.hint(context.WithoutCancel(ctx))
		case <-ctx.Done():
			select {
			case <-s.hints.waiting:
				s.hint(context.WithoutCancel(ctx))
			default:
			}
			return
		}
		select {
		case <-time.After(hintEvery):
		case <-ctx.Done():
		}
	}
}

// hint notifies, on a connection that flights can do without.
func (s *Store) hint(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, hintFor)
	defer cancel()
	leave, err := s.aside(ctx)
	if err == nil {
		defer leave()
		_, err = s.pool.Exec(ctx, `SELECT pg_notify('`+Channel+`', $1)`, strconv.FormatInt(s.hints.head.Load(), 10))
	}
	if err != nil {
		s.metrics.hintsFailed.Inc() // whoever listens polls, too
	}
}
