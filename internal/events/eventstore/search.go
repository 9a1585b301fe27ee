package eventstore

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/internal/events"
)

// Search reads at most limit events after one position and up to another that an actor
// caused and that are of a type, in the log's order and not decoded; "" is any. It looks
// at every event in between: the caller bounds them.
func (s *Store) Search(ctx context.Context, after, upTo int64, actor, eventType string, limit int) ([]events.Recorded, error) {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
		FROM events
		WHERE position > $1 AND position <= $2 AND ($3 = '' OR metadata->>'actor' = $3) AND ($4 = '' OR type = $4)
		ORDER BY position LIMIT $5`
	return s.collect(ctx, s.pool, "search", limit, sql, after, upTo, actor, eventType, limit)
}

// RecordedAt is when the event at a position was appended.
func (s *Store) RecordedAt(ctx context.Context, position int64) (time.Time, error) {
	const sql = `SELECT recorded_at FROM events WHERE position = $1`
	var at time.Time
	if err := s.pool.QueryRow(ctx, sql, position).Scan(&at); err != nil {
		return at, fmt.Errorf("read when position %d was recorded: %w", position, unavailable(err))
	}
	return at, nil
}
