package notify

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/eventlog/confirm"
)

// Times of hints.
const (
	hintEvery = 5 * time.Millisecond // under load one hint serves several flights: each hint costs a transaction
	hintFor   = 2 * time.Second      // bounds one hint
)

// Hints sends the notifications of appended events. Nothing rests on them, and none is part of a
// flight: a failed one, for example because a session of another database has filled the queue,
// must not undo an append. Besides, PostgreSQL commits one notifying transaction at a time in all
// of its databases, so these transactions are kept short: they have nothing to sync.
type Hints struct {
	pool    *pgxpool.Pool
	reads   *confirm.Reads
	failed  prometheus.Counter
	head    atomic.Int64  // the highest head to announce
	waiting chan struct{} // has a value while that head was not sent
	here    chan struct{} // has a value after a flight of this process that Here's reader has not looked at
}

// NewHints returns Hints, which are sent on connections of the pool, taken through reads.
func NewHints(pool *pgxpool.Pool, reads *confirm.Reads, registerer prometheus.Registerer) *Hints {
	return &Hints{
		pool:    pool,
		reads:   reads,
		waiting: make(chan struct{}, 1),
		here:    make(chan struct{}, 1),
		failed: promauto.With(registerer).NewCounter(prometheus.CounterOpts{
			Name: "eventstore_notifications_failed_total", Help: "Notifications of appended events that could not be sent; listeners find the events by polling.",
		}),
	}
}

// Give has the log's head announced soon. It never waits.
func (h *Hints) Give(head int64) {
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
	case h.here <- struct{}{}:
	default:
	}
	select {
	case h.waiting <- struct{}{}:
	default:
	}
}

// Here returns a channel that has a value after this process has appended. It is for one reader of
// the log, which hears sooner than by a notification.
func (h *Hints) Here() <-chan struct{} { return h.here }

// Run sends hints until ctx ends, and then the last one.
func (h *Hints) Run(ctx context.Context) {
	for {
		select {
		case <-h.waiting:
			h.send(context.WithoutCancel(ctx))
		case <-ctx.Done():
			select {
			case <-h.waiting:
				h.send(context.WithoutCancel(ctx))
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

// send notifies, on a connection that flights do not need.
func (h *Hints) send(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, hintFor)
	defer cancel()
	leave, err := h.reads.Aside(ctx)
	if err == nil {
		defer leave()
		_, err = h.pool.Exec(ctx, `SELECT pg_notify('`+Channel+`', $1)`, strconv.FormatInt(h.head.Load(), 10))
	}
	if err != nil {
		h.failed.Inc() // a listener polls, too
	}
}
