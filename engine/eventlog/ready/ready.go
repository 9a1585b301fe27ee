package ready

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/eventlog/fate"
	"example.com/pgcqrs/engine/eventlog/lock"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/failure"
)

// mostQueueFull is a fraction of PostgreSQL's notification queue. If this fraction of the queue or
// more is in use, Ready returns an error. For a full queue, the fraction is 1.
const mostQueueFull = 0.99

// Appends finds out whether appends succeed.
type Appends struct {
	pool       *pgxpool.Pool
	try        func(context.Context) error
	queueRatio prometheus.Gauge
	holders    lock.Holders
	stands     standstill
	failure    atomic.Pointer[error] // error of the last flight, if further flights will fail for the same reason
}

// New returns a value of the type Appends. The parameter try is a function that sends an append
// without events.
func New(pool *pgxpool.Pool, try func(context.Context) error, registerer prometheus.Registerer) *Appends {
	return &Appends{pool: pool, try: try, queueRatio: promauto.With(registerer).NewGauge(prometheus.GaugeOpts{
		Name: "eventstore_notification_queue_ratio", Help: "How full the cluster's queue of notifications was when /readyz last looked; 1: full, no session can notify.",
	})}
}

// Ready returns nil if appends succeed at present; otherwise Ready returns an error that says why
// appends fail. Ready does not slow appends down: it takes no lock, and appends no events. If a
// session holds a lock that appends need, or a required (synchronous) standby does not answer, a
// call of Ready may last a second.
func (a *Appends) Ready(ctx context.Context) error {
	return pg.Look(ctx, a.pool, func(conn *pgx.Conn) error {
		for _, look := range []func(context.Context, *pgx.Conn) error{
			pg.CheckWritesOn, a.holders.Check, a.checkHeldUp, a.checkNotifications, a.checkLastFlight,
		} {
			if err := look(ctx, conn); err != nil {
				return err
			}
		}
		return nil
	})
}

// NoteFlight records the result of a flight (transaction that appends). NoteFlight remembers an
// error if further flights will fail, too, until an operator acts. Examples are a full disk, a
// missing table or right, and a session with a lock that many appends need. If the flight has only
// one append, the parameter stream is the stream of this append.
func (a *Appends) NoteFlight(appends int, stream uuid.UUID, err error) {
	if err == nil {
		a.failure.Store(nil)
		a.stands.end()
		return
	}
	if fate.Of(err) == fate.HeldUp {
		a.stands.add(appends, stream, err)
	}
	if class := failure.Class(err); class == "53" || class == "42" {
		a.failure.Store(&err)
	}
}

// checkNotifications returns an error if the notification queue of the database cluster is so full
// that no session can send a notification.
func (a *Appends) checkNotifications(ctx context.Context, conn *pgx.Conn) error {
	const sql = `SELECT pg_notification_queue_usage()`
	var usage float64
	if err := conn.QueryRow(ctx, sql).Scan(&usage); err != nil {
		return fmt.Errorf("look at the notification queue: %w", err)
	}
	a.queueRatio.Set(usage)
	if usage >= mostQueueFull {
		return errors.New("the queue of notifications is full (pg_notification_queue_usage): a session of this cluster that " +
			"listens sits in a transaction, and the server's log names its process")
	}
	return nil
}

// checkLastFlight tries an append without events if NoteFlight has remembered an error. If this
// append fails, checkLastFlight returns an error; otherwise it drops the remembered error.
func (a *Appends) checkLastFlight(ctx context.Context, _ *pgx.Conn) error {
	last := a.failure.Load()
	if last == nil {
		return nil
	}
	if err := a.try(ctx); err != nil {
		return fmt.Errorf("appends fail: %w; the last one: %w", err, *last)
	}
	a.failure.CompareAndSwap(last, nil)
	return nil
}

// checkHeldUp returns an error if appends of several streams have failed because they waited too
// long for a lock. checkHeldUp finds locks that the type Holders does not look for, such as a lock
// on a table that a trigger needs.
func (a *Appends) checkHeldUp(ctx context.Context, conn *pgx.Conn) error {
	long, last := a.stands.lasted()
	if long < lock.HoldFor {
		return nil
	}
	blockers, err := lock.Blockers(ctx, conn)
	if err != nil {
		return err
	}
	return fmt.Errorf("no append has got through for %s, all wait for a lock%s: %w", long.Round(time.Second), blockers, last)
}
