package read

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// SmallBytes bounds the data of the events that the feed gets at a time, but for one event: thousands of
// subscribers hold as much each.
const SmallBytes = 128 << 10

var (
	smallAfter  = within(`SELECT `+eventColumns+` FROM events WHERE position > $1 ORDER BY position LIMIT $2`, SmallBytes)
	smallStream = within(`SELECT `+eventColumns+` FROM events WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3`, SmallBytes)
)

// SmallAfterOn is AfterOn for at most SmallBytes of data, but for one event.
func (r *Reader) SmallAfterOn(ctx context.Context, on Querier, position int64, limit int) ([]event.Recorded, error) {
	return r.collect(ctx, on, "feed", limit, smallAfter, position, limit)
}

// SmallPageOn reads the same of one stream after a version, whatever its type.
func (r *Reader) SmallPageOn(ctx context.Context, on Querier, id uuid.UUID, after int64, limit int) ([]event.Recorded, error) {
	return r.collect(ctx, on, "feed", limit, smallStream, id, after, limit)
}

// VersionUpToOn returns the version of a stream's last event that is at a position or before, 0 if none is.
func (r *Reader) VersionUpToOn(ctx context.Context, on Querier, id uuid.UUID, position int64) (version int64, err error) {
	const sql = `SELECT position, stream_type, stream_id, version, event_id, type, schema_version, '{}'::jsonb, NULL::jsonb, occurred_at, recorded_at
		FROM events WHERE stream_id = $1 AND position <= $2 ORDER BY version DESC LIMIT 1`
	err = r.Each(ctx, on, "feed", func(e event.Recorded) error {
		version = e.Version
		return nil
	}, sql, id, position)
	return version, err
}

// Firsts reads the first event of each of some streams, not decoded, in no order.
func (r *Reader) Firsts(ctx context.Context, on Querier, streams []uuid.UUID) ([]event.Recorded, error) {
	const sql = `SELECT ` + eventColumns + ` FROM events WHERE stream_id = ANY ($1::uuid[]) AND version = 1`
	ids := make([][16]byte, len(streams))
	for i, id := range streams {
		ids[i] = id
	}
	return r.collect(ctx, on, "firsts", len(ids), sql, ids)
}
