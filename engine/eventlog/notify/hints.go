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
	"example.com/pgcqrs/engine/pg/retry"
)

// Times of Hints.
const (
	hintEvery = 5 * time.Millisecond // pause after a hint: each hint costs a transaction, and under load one serves several flights
	hintFor   = 2 * time.Second      // time limit of one hint
)

// Hints sends the notifications of appended events. No guarantee rests on a notification, and no
// notification is part of a flight: a notification that fails, for example because a session of
// another database has filled the queue, must not undo an append. PostgreSQL commits only one
// notifying transaction at a time in all databases of a cluster, so the transactions of Hints are
// short: they have no data to sync.
type Hints struct {
	pool    *pgxpool.Pool
	reads   *confirm.Reads
	failed  prometheus.Counter
	head    atomic.Int64  // highest head to announce
	waiting chan struct{} // has a value while head is not announced
	here    chan struct{} // has a value after an append of this process that the reader of Here has not taken
}

// NewHints returns a Hints. The Hints calls reads.Aside before it takes a connection from the pool.
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

// Give tells Run to announce the head of the log soon. Give never waits.
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

// Run sends hints until ctx ends. Run then sends the last hint, if one waits, and returns.
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
		retry.Pause(ctx, hintEvery)
	}
}

// send notifies listeners of the head, on a connection that flights do not need.
func (h *Hints) send(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, hintFor)
	defer cancel()
	leave, err := h.reads.Aside(ctx)
	if err == nil {
		defer leave()
		_, err = h.pool.Exec(ctx, `SELECT pg_notify('`+Channel+`', $1)`, strconv.FormatInt(h.head.Load(), 10))
	}
	if err != nil {
		h.failed.Inc() // subscribers find the events by polling
	}
}
