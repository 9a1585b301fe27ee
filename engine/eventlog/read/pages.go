package read

import (
	"context"
	"errors"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
)

// mostBytes limits the bytes of event data that one read of the log returns. The event that reaches
// the limit is still returned.
const mostBytes = 8 << 20

// withinBytes adds a limit to a query for events in the order of the log. The query then stops as
// soon as the returned events have mostBytes of data in total. The limit counts the stored size of
// the data, which may be compressed. To count the uncompressed size, the server would have to read
// all data.
func withinBytes(query string) string { return within(query, mostBytes) }

func within(query string, bytes int) string {
	return `SELECT ` + eventColumns + ` FROM (
	    SELECT ` + eventColumns + `, sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - pg_column_size(data) AS before
	    FROM (` + query + `) AS events_read
	) AS summed WHERE before < ` + strconv.Itoa(bytes) + ` ORDER BY position`
}

// Page reads at most limit events of a stream after a version (0: from the start), in order and
// without decoding them. If the events are large, Page returns fewer events, and returns true as
// the result cut.
func (r *Reader) Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error) {
	return r.collectCut(ctx, r.pool, "page", limit, cutAtBytes, id, streamType, after, limit)
}

// cutAtBytes is a query around pageSQL. As soon as the events have mostBytes of data in total, each
// further event has NULL instead of its data.
var cutAtBytes = `SELECT position, stream_type, stream_id, version, event_id, type, schema_version,
	    CASE WHEN sum(pg_column_size(data)) OVER (ORDER BY version ROWS UNBOUNDED PRECEDING) - pg_column_size(data) < ` + strconv.Itoa(mostBytes) + ` THEN data END,
	    metadata, occurred_at, recorded_at
	FROM (` + pageSQL + `) AS events_read ORDER BY version`

const pageSQL = `
	SELECT ` + eventColumns + `
	FROM events WHERE stream_id = $1 AND stream_type = $2 AND version > $3 ORDER BY version LIMIT $4`

// PageOn reads at most limit events of a stream after a version on the caller's connection. If the
// events are large, PageOn returns fewer events; only an empty result means that no events follow.
func (r *Reader) PageOn(ctx context.Context, on Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error) {
	return r.collect(ctx, on, "page", limit, withinBytes(pageSQL), id, streamType, after, limit)
}

// After reads at most limit events after a position (0: from the start), in the order of the log.
// If the events are large, After returns fewer events; only an empty result means that no events
// follow. After reads only committed events, and events get their positions in commit order.
// Therefore no event can appear later at a position before a returned event. After does not decode
// events, so that an event of an unknown type does not prevent a reader from reading the other
// events.
func (r *Reader) After(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return r.AfterOn(ctx, r.pool, position, limit)
}

// AfterOn does the same as After, on the caller's connection.
func (r *Reader) AfterOn(ctx context.Context, on Querier, position int64, limit int) ([]event.Recorded, error) {
	const sql = `SELECT ` + eventColumns + ` FROM events WHERE position > $1 ORDER BY position LIMIT $2`
	return r.collect(ctx, on, "after", limit, withinBytes(sql), position, limit)
}

// AtOn reads the events at the given positions on the caller's connection, in the order of the log.
// If the events are large, AtOn leaves out the last ones, but returns at least one event.
func (r *Reader) AtOn(ctx context.Context, on Querier, positions []int64) ([]event.Recorded, error) {
	const sql = `SELECT ` + eventColumns + ` FROM events WHERE position = ANY ($1) ORDER BY position`
	return r.collect(ctx, on, "at", len(positions), withinBytes(sql), positions)
}

// errFull makes a read stop after mostBytes of event data.
var errFull = errors.New("enough bytes")

func (r *Reader) collect(ctx context.Context, on Querier, op string, limit int, sql string, args ...any) ([]event.Recorded, error) {
	found, _, err := r.collectCut(ctx, on, op, limit, sql, args...)
	return found, err
}

// collectCut collects events until they have at least mostBytes of data, or until the query returns
// an event without data. collectCut reports whether events were left out.
func (r *Reader) collectCut(ctx context.Context, on Querier, op string, limit int, sql string, args ...any) (found []event.Recorded, cut bool, err error) {
	bytes := 0
	err = r.Each(ctx, on, op, func(e event.Recorded) error {
		if bytes >= mostBytes || e.Data == nil {
			return errFull
		}
		if found == nil { // allocated only for the first event, because most reads of a reader that waits find no event
			found = make([]event.Recorded, 0, min(limit, 64))
		}
		found, bytes = append(found, e), bytes+len(e.Data)
		return nil
	}, sql, args...)
	if errors.Is(err, errFull) {
		return found, true, nil
	}
	return found, false, err
}

// HeadOn returns the position of the last event in the log, or 0 while the log is empty.
func (r *Reader) HeadOn(ctx context.Context, conn *pgx.Conn) (head int64, err error) {
	const sql = `SELECT coalesce(max(position), 0) FROM events`
	err = conn.QueryRow(ctx, sql).Scan(&head)
	return head, err
}
