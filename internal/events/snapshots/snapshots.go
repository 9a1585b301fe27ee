// Package snapshots keeps states of long streams in a table, so that a process that has none in
// memory need not read all of their events. It follows the log, apart from commands. The table
// is a cache: whoever reads a row looks whether the log has the event that it rests on. It holds
// what the log holds: personal data as the log has it, encrypted by the person's key.
package snapshots

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
)

// MostBytes bounds a state that is kept.
const MostBytes = 64 << 10

// querier is a pool or a connection.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Finder reads snapshots.
type Finder struct{ pool *pgxpool.Pool }

// NewFinder makes a Finder on a pool.
func NewFinder(pool *pgxpool.Pool) *Finder { return &Finder{pool} }

// Find returns the snapshot of a stream that was taken by a shape of its state, if there is one.
func (f *Finder) Find(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (events.Snapshot, bool, error) {
	return find(ctx, f.pool, streamType, id, shape)
}

func find(ctx context.Context, on querier, streamType string, id uuid.UUID, shape []byte) (s events.Snapshot, found bool, err error) {
	const sql = `SELECT version, position, event_id, state FROM snapshots WHERE stream_id = $1 AND stream_type = $2 AND shape = $3`
	err = on.QueryRow(ctx, sql, id, streamType, shape).Scan(&s.Version, &s.Position, &s.EventID, &s.State)
	if errors.Is(err, pgx.ErrNoRows) {
		return events.Snapshot{}, false, nil
	}
	if err != nil {
		return events.Snapshot{}, false, fmt.Errorf("read snapshot: %w", err)
	}
	return s, true, nil
}
