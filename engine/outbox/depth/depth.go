package depth

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Config has the settings of a Watch. If Poll is 0, Poll gets its default.
type Config struct {
	Durable    func() bool   // reports whether the broker was found to keep the messages that it acknowledges; nil: not checked
	Poll       time.Duration // the relay's Poll; a Watch reads the tables five times less often (default 1 s)
	Logger     *slog.Logger  // required
	Registerer prometheus.Registerer
}

// Watch updates the gauges of the outbox.
type Watch struct {
	pool   *pgxpool.Pool
	config Config
	gauges *gauges
	waits  waits
}

// New returns a Watch.
func New(pool *pgxpool.Pool, config Config) *Watch {
	if config.Poll == 0 {
		config.Poll = time.Second
	}
	return &Watch{pool: pool, config: config, gauges: newGauges(config.Registerer)}
}

const (
	lookFor   = 30 * time.Second // time limit of reading the tables, because the database connection may be dead without an error
	lookShare = 20               // reading the tables takes at most one twentieth of the time
)

// Run updates the gauges of the outbox until ctx ends. If a read takes long because of index
// entries of deleted messages, Run reads the tables less often.
func (w *Watch) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		w.lookAtBroker()
		began := time.Now()
		if err := w.look(ctx); err != nil && ctx.Err() == nil {
			w.config.Logger.Error("can't see the outbox's depth", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(max(5*w.config.Poll, lookShare*time.Since(began))):
		}
	}
	return nil
}

func (w *Watch) lookAtBroker() {
	durable := 0.0
	if w.config.Durable == nil || w.config.Durable() {
		durable = 1
	}
	w.gauges.durable.Set(durable)
}

func (w *Watch) look(ctx context.Context) error {
	const sql = `
		SELECT o.depth, o.oldest, o.newest, d.messages, d.streams
		FROM (SELECT count(*) AS depth, coalesce(min(position), 0) AS oldest, coalesce(max(position), 0) AS newest FROM outbox) o,
		     (SELECT count(*) AS messages, count(DISTINCT stream_id) AS streams FROM dead_messages WHERE dropped_at IS NULL) d`
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	var depth, oldest, newest, dead, streams int64
	if err := w.pool.QueryRow(ctx, sql).Scan(&depth, &oldest, &newest, &dead, &streams); err != nil {
		return fmt.Errorf("read outbox depth: %w", err)
	}
	w.gauges.depth.Set(float64(depth))
	w.gauges.oldest.Set(w.waits.age(oldest, newest).Seconds())
	w.gauges.dead.Set(float64(dead))
	w.gauges.streams.Set(float64(streams))
	return nil
}
