package snapshots

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/event"
)

// Aggregate computes the states of one type of stream. The type fold.Fold implements Aggregate.
type Aggregate interface {
	StreamType() string
	Shape() []byte // nil: states of this type can't be stored
	Begin(from []byte) (add func(event.Recorded), encode func() ([]byte, error), err error)
}

// Querier runs a query. A pool and a connection are Queriers.
type Querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Reader reads snapshots. A Reader accepts only snapshots that were written with its key.
type Reader struct {
	key     Key
	logger  *slog.Logger
	refused prometheus.Counter
}

// NewReader returns a Reader.
func NewReader(key Key, logger *slog.Logger, registerer prometheus.Registerer) Reader {
	return Reader{key, logger, promauto.With(registerer).NewCounter(prometheus.CounterOpts{
		Name: "snapshots_refused_total", Help: "Snapshots that were refused because they were not written under this process's SNAPSHOT_KEY.",
	})}
}

// Find returns the snapshot of a stream. The snapshot must have the given shape (a hash of the
// state's type). If the stream has no such snapshot, or the snapshot was not written with the
// Reader's key, the result found is false.
func (r Reader) Find(ctx context.Context, on Querier, streamType string, id uuid.UUID, shape []byte) (s event.Snapshot, found bool, err error) {
	const sql = `SELECT version, position, event_id, state, mac FROM snapshots WHERE stream_id = $1 AND stream_type = $2 AND shape = $3`
	var mac []byte
	err = on.QueryRow(ctx, sql, id, streamType, shape).Scan(&s.Version, &s.Position, &s.EventID, &s.State, &mac)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return event.Snapshot{}, false, nil
	case err != nil:
		return event.Snapshot{}, false, fmt.Errorf("read snapshot: %w", err)
	case !r.key.accepts(mac, streamType, id, shape, s):
		r.refused.Inc()
		r.logger.WarnContext(ctx, "a snapshot was refused: it was not written under this SNAPSHOT_KEY", "stream_type", streamType, "stream_id", id, "version", s.Version)
		return event.Snapshot{}, false, nil
	}
	return s, true, nil
}
