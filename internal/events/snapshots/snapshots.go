// Package snapshots keeps states of long streams in a table, so that a process that has none in
// memory need not read all of their events. It follows the log, apart from commands. The table
// is a cache: whoever reads a row looks whether the log has the event that it rests on. It holds
// what the log holds: personal data as the log has it, encrypted by the person's key. It must
// never be written by a command, nor hold what the log does not.
package snapshots

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/internal/events"
)

// MostBytes bounds a state that is kept.
const MostBytes = 64 << 10

// querier is a pool or a connection.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// reader reads rows that were written under its key.
type reader struct {
	key     Key
	logger  *slog.Logger
	refused prometheus.Counter
}

func newReader(key Key, logger *slog.Logger, registerer prometheus.Registerer) reader {
	return reader{key, logger, promauto.With(registerer).NewCounter(prometheus.CounterOpts{
		Name: "snapshots_refused_total", Help: "Snapshots that were read and not taken, because they were not written under this process's SNAPSHOT_KEY.",
	})}
}

// find returns the snapshot of a stream that was taken by a shape of its state, if there is one.
func (r reader) find(ctx context.Context, on querier, streamType string, id uuid.UUID, shape []byte) (s events.Snapshot, found bool, err error) {
	const sql = `SELECT version, position, event_id, state, mac FROM snapshots WHERE stream_id = $1 AND stream_type = $2 AND shape = $3`
	var mac []byte
	err = on.QueryRow(ctx, sql, id, streamType, shape).Scan(&s.Version, &s.Position, &s.EventID, &s.State, &mac)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return events.Snapshot{}, false, nil
	case err != nil:
		return events.Snapshot{}, false, fmt.Errorf("read snapshot: %w", err)
	case !r.key.accepts(mac, streamType, id, shape, s):
		r.refused.Inc()
		r.logger.WarnContext(ctx, "a snapshot was refused: it was not written under this SNAPSHOT_KEY", "stream_type", streamType, "stream_id", id, "version", s.Version)
		return events.Snapshot{}, false, nil
	}
	return s, true, nil
}

// Finder reads snapshots.
type Finder struct {
	reader
	pool *pgxpool.Pool
}

// NewFinder makes a Finder on a pool, which takes what was written under a key, and nothing without one.
func NewFinder(pool *pgxpool.Pool, key Key, logger *slog.Logger, registerer prometheus.Registerer) *Finder {
	return &Finder{newReader(key, logger, registerer), pool}
}

// Find returns the snapshot of a stream that was taken by a shape of its state, if there is one.
func (f *Finder) Find(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (events.Snapshot, bool, error) {
	return f.find(ctx, f.pool, streamType, id, shape)
}
