package load

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/standby"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/epoch"
)

// firstEvents limits the events of one stream in a query for several streams. Most loads need fewer
// events: a process that has the state of a stream in memory needs only the events after this
// state.
const firstEvents = 16

// firstBytes limits the bytes of event data of one stream in a query that reads several streams.
// The event that reaches the limit is still read. The limit is low because one query reads up to
// 256 streams.
const firstBytes = 64 << 10

// readFirst reads the first events of several streams, without decoding them. After firstBytes of a
// stream's event data, readFirst returns the later events of the stream without data. If an event
// may not be replicated to the standby yet, readFirst waits until the standby has the event. If the
// log went back to an earlier state, readFirst calls Look and reads again.
func (l *Loader) readFirst(ctx context.Context, starts []start) (first map[start][]event.Recorded, err error) {
	for range epoch.MaxLooks {
		if first, err = l.tryFirst(ctx, starts); !errors.Is(err, epoch.ErrMarkLost) {
			return first, err
		}
		if err := l.history.Look(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

func (l *Loader) tryFirst(ctx context.Context, starts []start) (map[start][]event.Recorded, error) {
	const sql = `
		SELECT e.position, e.stream_type, e.stream_id, e.version, e.event_id, e.type, e.schema_version, e.data, e.occurred_at, e.recorded_at, s.after,
		       CASE WHEN e.position > $6 THEN ` + standby.AwaitEach + ` END, (SELECT ` + epoch.HoldsSQL + `)
		FROM unnest($3::uuid[], $4::bigint[]) AS s (id, after) CROSS JOIN LATERAL (
		    SELECT position, stream_type, stream_id, version, event_id, type, schema_version, occurred_at, recorded_at,
		           CASE WHEN sum(pg_column_size(data)) OVER (ORDER BY version ROWS UNBOUNDED PRECEDING) - pg_column_size(data) < $7 THEN data END AS data
		    FROM (SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, occurred_at, recorded_at
		          FROM events WHERE stream_id = s.id AND version > s.after ORDER BY version LIMIT $5) AS events_read
		) e`
	seen := make(map[start]bool, len(starts))
	ids, afters := make([][16]byte, 0, len(starts)), make([]int64, 0, len(starts))
	for _, one := range starts {
		if !seen[one] { // for an equal start, the query would read the same events twice
			seen[one] = true
			ids, afters = append(ids, one.id), append(afters, one.after)
		}
	}
	first := make(map[start][]event.Recorded, len(starts))
	last, rests := epoch.Mark{}, l.history.BasisOfRead()
	err := l.reads.Confirm(ctx, func(conn *pgx.Conn) error {
		began := time.Now()
		rows, err := conn.Query(ctx, sql, rests.Positions, rests.IDs, ids, afters, firstEvents, l.reads.Replicated(), firstBytes)
		if err != nil {
			return err
		}
		count, bytes, err := collectFirst(rows, first, &last)
		l.reader.Count("load", count, bytes, time.Since(began))
		return err
	})
	if err == nil {
		l.history.Advance(rests, last)
	}
	return first, err
}

// collectFirst reads the rows of a query for several loads. A load reads one stream after a
// version. collectFirst groups the events by load, and finds the event with the highest position.
// If the log lacks an event that this process has seen before, collectFirst returns
// epoch.ErrMarkLost.
func collectFirst(rows pgx.Rows, first map[start][]event.Recorded, last *epoch.Mark) (count, bytes int, err error) {
	defer rows.Close()
	held := make(map[start]int) // number of bytes of data that were read for each start
	for rows.Next() {
		var e event.Recorded
		var from start
		var holds bool
		err := rows.Scan(&e.Position, &e.StreamType, &from.id, &e.Version, (*[16]byte)(&e.ID), &e.Type, &e.SchemaVersion,
			&e.Data, &e.OccurredAt, &e.RecordedAt, &from.after, nil, &holds)
		if err == nil && !holds {
			err = epoch.ErrMarkLost
		}
		if err != nil {
			return count, bytes, err
		}
		if e.Position > last.Position {
			last.Position, last.Event = e.Position, e.ID
		}
		e.StreamID = from.id
		count, bytes, held[from] = count+1, bytes+len(e.Data), held[from]+len(e.Data)
		if held[from]-len(e.Data) >= firstBytes { // the server counts the stored bytes, which may be compressed
			e.Data = nil
		}
		first[from] = append(first[from], e)
	}
	return count, bytes, rows.Err()
}
