package snapshots

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/event"
)

// Finder finds snapshots. A Finder uses only a few connections of a pool at a time. If the table
// snapshots is locked for a long time, the other connections are still free for appends and loads.
type Finder struct {
	rows   Reader
	logger *slog.Logger
	pool   *pgxpool.Pool
	places chan struct{}
	aside  func(ctx context.Context) (leave func(), err error)
	used   prometheus.Counter
	unread prometheus.Counter
}

// NewFinder returns a Finder that uses a pool. The Finder accepts only snapshots that were written
// with the given key. If the key is nil, the Finder finds no snapshots.
func NewFinder(pool *pgxpool.Pool, key Key, logger *slog.Logger, registerer prometheus.Registerer) *Finder {
	return &Finder{
		rows: NewReader(key, logger, registerer), logger: logger, pool: pool, places: make(chan struct{}, max(1, pool.Config().MaxConns/4)),
		aside: func(context.Context) (func(), error) { return func() {}, nil },
		used: promauto.With(registerer).NewCounter(prometheus.CounterOpts{
			Name: "snapshots_used_total", Help: "Snapshots that loads of long streams began from.",
		}),
		unread: promauto.With(registerer).NewCounter(prometheus.CounterOpts{
			Name: "snapshots_unread_total", Help: "Searches for a snapshot that failed, or found no connection in time; the stream was read from its beginning.",
		}),
	}
}

// Aside registers the function take, and returns f. Each search first calls take, which waits until
// a read may take a connection from the pool. When the search ends, it calls the function leave
// that take has returned. Aside must be called before the first search.
func (f *Finder) Aside(take func(ctx context.Context) (leave func(), err error)) *Finder {
	f.aside = take
	return f
}

// Find returns the snapshot of a stream. The snapshot must have the given shape (a hash of the
// state's type). If the stream has no such snapshot, the second result is false. Find counts
// and logs errors.
func (f *Finder) Find(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (event.Snapshot, bool, error) {
	s, found, err := f.look(ctx, streamType, id, shape)
	if found {
		f.used.Inc()
	}
	if err != nil {
		f.unread.Inc()
		f.logger.WarnContext(ctx, "a snapshot could not be read: the stream is read from its beginning", "stream_type", streamType, "stream_id", id, "error", err)
	}
	return s, found, err
}

// look reads the snapshot. If too many searches are running already, look first waits until one of
// them has ended. While look waits, it uses no connection.
func (f *Finder) look(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (event.Snapshot, bool, error) {
	select {
	case f.places <- struct{}{}:
		defer func() { <-f.places }()
	case <-ctx.Done():
		return event.Snapshot{}, false, fmt.Errorf("wait for a place: %w", ctx.Err())
	}
	leave, err := f.aside(ctx)
	if err != nil {
		return event.Snapshot{}, false, fmt.Errorf("wait for a place: %w", err)
	}
	defer leave()
	return f.rows.Find(ctx, f.pool, streamType, id, shape)
}
