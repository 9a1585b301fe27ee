package eventstore

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
)

// start is where a stream is loaded from.
type start struct {
	id    [16]byte
	after int64
}

// firstEvents is how many events of a stream are read together with other streams.
// Most loads want fewer: a process that remembers a stream only what is new.
const firstEvents = 16

// Load decodes a stream's events after a version (0: all) and calls each for them,
// in order, without their metadata: no decision rests on it. A stream without events
// is no error. A stream of another type is
// events.ErrOtherStream. It sees what was appended before
// it was called, and what it sees would survive a promotion; streams that are loaded at
// the same time share a round trip.
func (s *Store) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(events.Recorded) error) error {
	decoded := func(e events.Recorded) error {
		switch {
		case e.StreamType != streamType:
			return fmt.Errorf("%w: %s is of type %s, not %s", events.ErrOtherStream, id, e.StreamType, streamType)
		case e.Version != after+1:
			return fmt.Errorf("stream %s has version %d where %d was due", id, e.Version, after+1)
		}
		after = e.Version
		var err error
		if e.Event, err = s.config.Decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return err
		}
		return each(e)
	}
	first, err := s.first.Get(ctx, start{id, after}) // in order: a nested loop over each stream's index range
	if err != nil {
		return fmt.Errorf("load events: %w", unavailable(err))
	}
	for _, e := range first {
		if err := decoded(e); err != nil {
			return err
		}
	}
	if len(first) < firstEvents {
		return nil
	}
	const rest = `
		SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data,
		       CASE WHEN position > $3 THEN ` + database.AwaitStandby + ` END AS metadata, occurred_at, recorded_at
		FROM events WHERE stream_id = $1 AND version > $2 ORDER BY version`
	return s.confirmed(ctx, func(conn *pgx.Conn) error {
		return s.read(ctx, conn, "load", decoded, rest, id, after, s.replicated.Load())
	})
}

// readFirst reads the first events of several streams, not decoded. Events that are known
// to be replicated are not waited for.
func (s *Store) readFirst(ctx context.Context, starts []start) (map[start][]events.Recorded, error) {
	const sql = `
		SELECT e.position, e.stream_type, e.stream_id, e.version, e.event_id, e.type, e.schema_version, e.data, e.occurred_at, e.recorded_at, s.after,
		       CASE WHEN e.position > $4 THEN ` + database.AwaitStandbyEach + ` END
		FROM unnest($1::uuid[], $2::bigint[]) AS s (id, after) CROSS JOIN LATERAL (
		    SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, occurred_at, recorded_at
		    FROM events WHERE stream_id = s.id AND version > s.after ORDER BY version LIMIT $3
		) e`
	seen := make(map[start]bool, len(starts))
	ids, afters := make([][16]byte, 0, len(starts)), make([]int64, 0, len(starts))
	for _, one := range starts {
		if !seen[one] { // twice would be its events twice
			seen[one] = true
			ids, afters = append(ids, one.id), append(afters, one.after)
		}
	}
	first := make(map[start][]events.Recorded, len(starts))
	err := s.confirmed(ctx, func(conn *pgx.Conn) error {
		began := time.Now()
		rows, err := conn.Query(ctx, sql, ids, afters, firstEvents, s.replicated.Load())
		if err != nil {
			return err
		}
		count, bytes, err := collectFirst(rows, first)
		s.metrics.reading("load", count, bytes, time.Since(began))
		return err
	})
	return first, err
}

// collectFirst reads events to where their stream is loaded from.
func collectFirst(rows pgx.Rows, first map[start][]events.Recorded) (count, bytes int, err error) {
	defer rows.Close()
	for rows.Next() {
		var e events.Recorded
		var from start
		err := rows.Scan(&e.Position, &e.StreamType, &from.id, &e.Version, (*[16]byte)(&e.ID), &e.Type, &e.SchemaVersion,
			&e.Data, &e.OccurredAt, &e.RecordedAt, &from.after, nil)
		if err != nil {
			return count, bytes, err
		}
		e.StreamID = from.id
		first[from] = append(first[from], e)
		count, bytes = count+1, bytes+len(e.Data)
	}
	return count, bytes, rows.Err()
}
