package read

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// SmallBytes limits the bytes of event data that the feed reads at a time. The event that reaches
// the limit is still read. The limit counts the stored size of the data, which may be compressed.
// The limit is low because thousands of subscribers may each have this much data in memory.
const SmallBytes = 128 << 10

var (
	smallAfter  = within(`SELECT `+eventColumns+` FROM events WHERE position > $1 ORDER BY position LIMIT $2`, SmallBytes)
	smallStream = within(`SELECT `+eventColumns+` FROM events WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3`, SmallBytes)
)

// SmallAfterOn does the same as AfterOn, but stops as soon as the returned events have SmallBytes
// of data in total.
func (r *Reader) SmallAfterOn(ctx context.Context, on Querier, position int64, limit int) ([]event.Recorded, error) {
	return r.collect(ctx, on, "feed", limit, smallAfter, position, limit)
}

// SmallPageOn reads the events of one stream after a version, and stops as soon as the events have
// SmallBytes of data in total. The type of the stream is not checked.
func (r *Reader) SmallPageOn(ctx context.Context, on Querier, id uuid.UUID, after int64, limit int) ([]event.Recorded, error) {
	return r.collect(ctx, on, "feed", limit, smallStream, id, after, limit)
}

// VersionUpToOn returns the version that a stream had at a position of the log, or 0 if the stream
// had no event then.
func (r *Reader) VersionUpToOn(ctx context.Context, on Querier, id uuid.UUID, position int64) (version int64, err error) {
	const sql = `SELECT position, stream_type, stream_id, version, event_id, type, schema_version, '{}'::jsonb, NULL::jsonb, occurred_at, recorded_at
		FROM events WHERE stream_id = $1 AND position <= $2 ORDER BY version DESC LIMIT 1`
	err = r.Each(ctx, on, "feed", func(e event.Recorded) error {
		version = e.Version
		return nil
	}, sql, id, position)
	return version, err
}

// Firsts reads the first event of each of the given streams, without decoding the events. The order
// of the result is undefined.
func (r *Reader) Firsts(ctx context.Context, on Querier, streams []uuid.UUID) ([]event.Recorded, error) {
	const sql = `SELECT ` + eventColumns + ` FROM events WHERE stream_id = ANY ($1::uuid[]) AND version = 1`
	ids := make([][16]byte, len(streams))
	for i, id := range streams {
		ids[i] = id
	}
	return r.collect(ctx, on, "firsts", len(ids), sql, ids)
}
