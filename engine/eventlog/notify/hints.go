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
	hintEvery = 5 * time.Millisecond // pause after a notification: each notification costs a transaction, and under load one notification announces several appends
	hintFor   = 2 * time.Second      // time limit of one notification
)

// Hints sends a notification after events were appended. The notification is sent in a separate
// transaction, and not in the transaction of the append, for two reasons. First, a notification may
// fail, for example because the notification queue is full. Such a failure must not undo an append.
// Second, PostgreSQL commits only one transaction with NOTIFY at a time in the whole database
// cluster. The transactions of Hints commit fast, because they have no data to write to disk.
type Hints struct {
	pool    *pgxpool.Pool
	reads   *confirm.Reads
	failed  prometheus.Counter
	head    atomic.Int64  // highest position to announce
	waiting chan struct{} // has a value while the position in head is not announced
	here    chan struct{} // has a value after an append of this process, until the reader of Here receives the value
}

// NewHints returns a Hints. Before Hints takes a connection from the pool for a notification, it
// calls reads.Aside, which always leaves one connection for appends.
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

// Give tells Run that the log now ends at the given position. Run soon sends a notification with
// this position. Give never waits.
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

// Here returns a channel that receives a value after this process has appended events. The channel
// is for a single reader of the log. Through the channel, this reader learns of the events sooner
// than from a notification.
func (h *Hints) Here() <-chan struct{} { return h.here }

// Run sends notifications until ctx ends. If a notification is still waiting then, Run sends it
// before it returns.
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

// send sends a notification with the last known position, on a connection that appends do not need.
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
