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

// firstEvents is how many events of a stream are read together with other streams. Most loads need
// fewer: a process that remembers a stream needs only the new ones.
const firstEvents = 16

// firstBytes is how many bytes of a stream's data are read together with other streams, or one
// event if it is larger: 256 streams are loaded at once.
const firstBytes = 64 << 10

// readFirst reads the first events of several streams, without decoding them. Events after
// firstBytes of a stream come without data. It does not wait for the replication of events that are
// known to be replicated. If the log went back it looks at the log and reads again.
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
		if !seen[one] { // a second start would get the same events again
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

// collectFirst sorts events by the start of their load, and finds the last event of the log. It
// fails with epoch.ErrMarkLost if the mark of the read is gone.
func collectFirst(rows pgx.Rows, first map[start][]event.Recorded, last *epoch.Mark) (count, bytes int, err error) {
	defer rows.Close()
	held := make(map[start]int) // bytes of each stream's data
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
		if held[from]-len(e.Data) >= firstBytes { // the server counts bytes as stored, perhaps compressed
			e.Data = nil
		}
		first[from] = append(first[from], e)
	}
	return count, bytes, rows.Err()
}
