package read

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/fate"
)

// Search reads at most limit events that were caused by the given actor and have the given type,
// within a range of positions. If the parameter actor or eventType is empty, it matches every
// event. Search returns the events in the order of the log and without their data, because their
// data could be too large. Search scans the whole range of positions, so the caller must limit the
// range.
func (r *Reader) Search(ctx context.Context, after, upTo int64, actor, eventType string, limit int) ([]event.Recorded, error) {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, NULL::jsonb AS data, metadata, occurred_at, recorded_at
		FROM events
		WHERE position > $1 AND position <= $2 AND ($3 = '' OR metadata->>'actor' = $3) AND ($4 = '' OR type = $4)
		ORDER BY position LIMIT $5`
	found := make([]event.Recorded, 0, min(limit, 64))
	err := r.Each(ctx, r.pool, "search", func(e event.Recorded) error {
		found = append(found, e)
		return nil
	}, sql, after, upTo, actor, eventType, limit)
	return found, err
}

// Correlated reads at most limit events with the given correlation id, within a range of positions.
// Correlated returns the events in the order of the log and without their data. No index has the
// correlation ids, because it would slow every append down: Correlated scans the whole range of
// positions, so the caller must limit the range.
func (r *Reader) Correlated(ctx context.Context, correlation string, after, upTo int64, limit int) ([]event.Recorded, error) {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, NULL::jsonb AS data, metadata, occurred_at, recorded_at
		FROM events
		WHERE position > $1 AND position <= $2 AND metadata->>'correlation_id' = $3
		ORDER BY position LIMIT $4`
	var found []event.Recorded
	err := r.Each(ctx, r.pool, "correlated", func(e event.Recorded) error {
		found = append(found, e)
		return nil
	}, sql, after, upTo, correlation, limit)
	return found, err
}

// ByID reads the events with the given ids, in the order of the log and without their data.
func (r *Reader) ByID(ctx context.Context, ids []uuid.UUID) ([]event.Recorded, error) {
	const sql = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, NULL::jsonb AS data, metadata, occurred_at, recorded_at
		FROM events WHERE event_id = ANY ($1::uuid[]) ORDER BY position`
	var found []event.Recorded
	err := r.Each(ctx, r.pool, "by_id", func(e event.Recorded) error {
		found = append(found, e)
		return nil
	}, sql, ids)
	return found, err
}

// RecordedAt returns the time at which the event at the given position was appended.
func (r *Reader) RecordedAt(ctx context.Context, position int64) (time.Time, error) {
	const sql = `SELECT recorded_at FROM events WHERE position = $1`
	var at time.Time
	if err := r.pool.QueryRow(ctx, sql, position).Scan(&at); err != nil {
		return at, fmt.Errorf("read when position %d was recorded: %w", position, fate.Unavailable(err))
	}
	return at, nil
}

// VersionAt returns the version that a stream had at an instant. If the stream had no event then,
// the version is 0. VersionAt uses a binary search. If the server's clock was set back while the
// stream grew, the stream may have had several versions at the instant, and VersionAt returns one
// of these versions.
func (r *Reader) VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error) {
	const sql = `
		WITH RECURSIVE halved (low, high) AS (
		    SELECT 0::bigint, coalesce((SELECT version FROM events WHERE stream_id = $1 ORDER BY version DESC LIMIT 1), 0)
		    UNION ALL
		    SELECT CASE WHEN m.before THEN m.middle ELSE m.low END, CASE WHEN m.before THEN m.high ELSE m.middle - 1 END
		    FROM (SELECT h.low, h.high, h.low + (h.high - h.low + 1) / 2 AS middle, (
		              SELECT e.recorded_at <= $2 FROM events e
		              WHERE e.stream_id = $1 AND e.version = h.low + (h.high - h.low + 1) / 2) AS before
		          FROM halved h WHERE h.low < h.high) m
		)
		SELECT low FROM halved WHERE low = high`
	var version int64
	if err := r.pool.QueryRow(ctx, sql, id, instant).Scan(&version); err != nil {
		return 0, fmt.Errorf("read which version a stream had: %w", fate.Unavailable(err))
	}
	return version, nil
}
