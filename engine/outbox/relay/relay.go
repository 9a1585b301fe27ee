package relay

import (
	"context"
	"errors"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/outbox/backoff"
	"example.com/pgcqrs/engine/outbox/cursor"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/pg/retry"
)

// Relay publishes the messages of the outbox. If several processes run a Relay, only one of them
// publishes messages at a time.
type Relay struct {
	pool    *pgxpool.Pool
	config  Config
	metrics *metrics
}

// New returns a Relay.
func New(pool *pgxpool.Pool, config Config) *Relay {
	return &Relay{pool: pool, config: config.withDefaults(), metrics: newMetrics(config.Registerer)}
}

// Lock is the name of the session lock that a relay needs before it publishes.
const Lock = "outbox relay"

// Run publishes messages until ctx ends. After each error, Run waits for a backoff and tries again.
func (r *Relay) Run(ctx context.Context) error {
	bounds := cursor.Bounds{MaxBatch: r.config.MaxBatch, ReadFor: r.config.ReadFor, Poll: r.config.Poll}
	from := cursor.New(bounds)
	return retry.Backoff{Least: backoff.Min, Most: r.config.MaxBackoff}.Repeat(ctx, func(ctx context.Context) (published bool, err error) {
		w := &worker{
			config: &r.config, metrics: r.metrics, cursor: from,
			held: make(backoff.Streams),
		}
		err = lock.Hold(ctx, r.pool, Lock, func(ctx context.Context, conn *pgx.Conn) error {
			w.conn, w.aside = conn, dead.NewAside(conn, r.config.ReadFor, r.config.Attempts)
			return w.run(ctx)
		})
		if from = w.cursor.Resume(); errors.Is(err, cursor.ErrWentBack) {
			from = cursor.New(bounds)
		}
		return w.published, err
	}, func(err error, retryIn time.Duration) error {
		r.config.Logger.Warn("relay interrupted, the outbox keeps the messages", "error", err, "retry_seconds", retryIn.Seconds())
		return nil
	})
}
