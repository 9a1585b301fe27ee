package eventstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// start is where a stream is loaded from.
type start struct {
	id    [16]byte
	after int64
}

// firstEvents is how many events of a stream are read together with other streams.
// Most loads want fewer: a process that remembers a stream only what is new.
const firstEvents = 16

// firstBytes is how many bytes of a stream's data are read together with other streams, but for one
// event: 256 streams are loaded at once.
const firstBytes = 64 << 10

// Load decodes a stream's events after a version (0: all) and calls each for them,
// in order, without their metadata: no decision rests on it. A stream without events
// is no error. A stream of another type is
// event.ErrOtherStream. It sees what was appended before
// it was called, and what it sees would survive a promotion; streams that are loaded at
// the same time share a round trip. A long stream is read in pages. Where it ends early, as by
// the end of ctx, what each was called for stands: a Load after the last of them goes on.
// event.ErrLogChanged says that the log went back
// meanwhile: what each was called for must be forgotten.
func (s *Store) Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	return s.LoadTo(ctx, streamType, id, after, math.MaxInt64, each)
}

// LoadTo is Load up to a version, included. It costs what is read until then: how long the
// stream is does not matter.
func (s *Store) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	first, err := s.first.Get(ctx, start{id, after}) // in order: a nested loop over each stream's index range
	if err != nil {
		return fmt.Errorf("load events: %w", unavailable(err))
	}
	l := &load{store: s, streamType: streamType, id: id, version: after, upTo: upTo, each: each, limit: firstEvents}
	more := len(first) == firstEvents
	for _, e := range first {
		if e.Data == nil { // they are large
			more, l.limit = true, l.count
			break
		}
		if err := l.take(e); err != nil {
			return err
		}
	}
	for more && l.version < upTo {
		if more, err = l.readPage(ctx); err != nil {
			return err
		}
	}
	return nil
}

// readFirst reads the first events of several streams, not decoded, and without data what follows
// firstBytes of a stream's. Events that are known
// to be replicated are not waited for. If the log went back it learns that, and reads again.
func (s *Store) readFirst(ctx context.Context, starts []start) (first map[start][]event.Recorded, err error) {
	for range maxLooks {
		if first, err = s.tryFirst(ctx, starts); !errors.Is(err, errMarkLost) {
			return first, err
		}
		if err := s.Look(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

func (s *Store) tryFirst(ctx context.Context, starts []start) (map[start][]event.Recorded, error) {
	const sql = `
		SELECT e.position, e.stream_type, e.stream_id, e.version, e.event_id, e.type, e.schema_version, e.data, e.occurred_at, e.recorded_at, s.after,
		       CASE WHEN e.position > $6 THEN ` + database.AwaitStandbyEach + ` END, (SELECT ` + holdsSQL + `)
		FROM unnest($3::uuid[], $4::bigint[]) AS s (id, after) CROSS JOIN LATERAL (
		    SELECT position, stream_type, stream_id, version, event_id, type, schema_version, occurred_at, recorded_at,
		           CASE WHEN sum(pg_column_size(data)) OVER (ORDER BY version ROWS UNBOUNDED PRECEDING) - pg_column_size(data) < $7 THEN data END AS data
		    FROM (SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, occurred_at, recorded_at
		          FROM events WHERE stream_id = s.id AND version > s.after ORDER BY version LIMIT $5) AS events_read
		) e`
	seen := make(map[start]bool, len(starts))
	ids, afters := make([][16]byte, 0, len(starts)), make([]int64, 0, len(starts))
	for _, one := range starts {
		if !seen[one] { // twice would be its events twice
			seen[one] = true
			ids, afters = append(ids, one.id), append(afters, one.after)
		}
	}
	first := make(map[start][]event.Recorded, len(starts))
	last, rests := mark{}, s.rests()
	err := s.confirmed(ctx, func(conn *pgx.Conn) error {
		began := time.Now()
		rows, err := conn.Query(ctx, sql, rests.positions, rests.ids, ids, afters, firstEvents, s.replicated.Load(), firstBytes)
		if err != nil {
			return err
		}
		count, bytes, err := collectFirst(rows, first, &last)
		s.metrics.reading("load", count, bytes, time.Since(began))
		return err
	})
	if err == nil {
		s.advance(rests, last)
	}
	return first, err
}

// collectFirst reads events to where their stream is loaded from, and which is the last in
// the log. It fails with errMarkLost if the mark that they were read with is not there.
func collectFirst(rows pgx.Rows, first map[start][]event.Recorded, last *mark) (count, bytes int, err error) {
	defer rows.Close()
	held := make(map[start]int) // bytes of each stream's data
	for rows.Next() {
		var e event.Recorded
		var from start
		var holds bool
		err := rows.Scan(&e.Position, &e.StreamType, &from.id, &e.Version, (*[16]byte)(&e.ID), &e.Type, &e.SchemaVersion,
			&e.Data, &e.OccurredAt, &e.RecordedAt, &from.after, nil, &holds)
		if err == nil && !holds {
			err = errMarkLost
		}
		if err != nil {
			return count, bytes, err
		}
		if e.Position > last.position {
			last.position, last.event = e.Position, e.ID
		}
		e.StreamID = from.id
		count, bytes, held[from] = count+1, bytes+len(e.Data), held[from]+len(e.Data)
		if held[from]-len(e.Data) >= firstBytes { // the server counts bytes as they are stored, perhaps compressed
			e.Data = nil
		}
		first[from] = append(first[from], e)
	}
	return count, bytes, rows.Err()
}
