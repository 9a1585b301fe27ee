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
	hintEvery = 5 * time.Millisecond // under load one hint is for several flights: each costs a transaction
	hintFor   = 2 * time.Second      // bounds one
)

// Hints are the notifications of what was appended. Nothing rests on them, and none is part
// of a flight: what goes wrong with one, such as a queue that a session of another database
// has filled, must not undo what was appended. And PostgreSQL commits one transaction that
// notifies at a time, in all of its databases: these have nothing to sync.
type Hints struct {
	pool    *pgxpool.Pool
	reads   *confirm.Reads
	failed  prometheus.Counter
	head    atomic.Int64  // the highest that somebody should hear of
	waiting chan struct{} // has a value while that was not sent
	here    chan struct{} // has a value after a flight of this process that nobody here has looked at
}

// NewHints makes Hints, which are sent on connections of a pool by way of reads.
func NewHints(pool *pgxpool.Pool, reads *confirm.Reads, registerer prometheus.Registerer) *Hints {
	return &Hints{
		pool:    pool,
		reads:   reads,
		waiting: make(chan struct{}, 1),
		here:    make(chan struct{}, 1),
		failed: promauto.With(registerer).NewCounter(prometheus.CounterOpts{
			Name: "eventstore_notifications_failed_total", Help: "Notifications of appended events that could not be sent; who listens finds the events by polling.",
		}),
	}
}

// Give has it said, soon, that the log's head is there. It never waits.
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

// Here returns a channel that has a value after this process has appended: one reader, who looks at the log
// then, hears of it sooner than by a notification.
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

// send notifies, on a connection that flights can do without.
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
