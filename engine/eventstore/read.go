package eventstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
)

// Querier is where to read: a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// mostBytes bounds the data of the events that a reader of the log gets at a time, but for one
// event.
const mostBytes = 8 << 20

// eventColumns are those that scan reads.
const eventColumns = `position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at`

// withinBytes takes of a query's events, which are in the log's order, as many as have mostBytes of
// data as it is stored, perhaps compressed: to know more the server would have to read it all.
func withinBytes(query string) string {
	return `SELECT ` + eventColumns + ` FROM (
	    SELECT ` + eventColumns + `, sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - pg_column_size(data) AS before
	    FROM (` + query + `) AS events_read
	) AS summed WHERE before < ` + strconv.Itoa(mostBytes) + ` ORDER BY position`
}

// Page reads at most limit events of a stream after a version (0: from the start), in order and
// not decoded, and fewer if they are large: cut says that there are more of those that were asked for.
func (s *Store) Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error) {
	return s.collectCut(ctx, s.pool, "page", limit, cutAtBytes, id, streamType, after, limit)
}

// cutAtBytes is pageSQL with null for the data of what follows mostBytes of it.
var cutAtBytes = `SELECT position, stream_type, stream_id, version, event_id, type, schema_version,
	    CASE WHEN sum(pg_column_size(data)) OVER (ORDER BY version ROWS UNBOUNDED PRECEDING) - pg_column_size(data) < ` + strconv.Itoa(mostBytes) + ` THEN data END,
	    metadata, occurred_at, recorded_at
	FROM (` + pageSQL + `) AS events_read ORDER BY version`

const pageSQL = `
	SELECT ` + eventColumns + `
	FROM events WHERE stream_id = $1 AND stream_type = $2 AND version > $3 ORDER BY version LIMIT $4`

// PageOn reads on a connection of the caller's, and fewer than limit if they are large: where it
// returns none there are no more.
func (s *Store) PageOn(ctx context.Context, on Querier, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, error) {
	return s.collect(ctx, on, "page", limit, withinBytes(pageSQL), id, streamType, after, limit)
}

// After reads at most limit events that follow a position (0: from the start), in
// the log's order, and fewer if they are large: where it returns none there are no more. It reads
// only what is committed, and since positions are given
// in commit order nothing can appear before what it returned. It does not decode:
// one event that it does not know must not keep a reader from the others.
func (s *Store) After(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	return s.AfterOn(ctx, s.pool, position, limit)
}

// AfterOn is After on a connection of the caller's.
func (s *Store) AfterOn(ctx context.Context, on Querier, position int64, limit int) ([]event.Recorded, error) {
	const sql = `SELECT ` + eventColumns + ` FROM events WHERE position > $1 ORDER BY position LIMIT $2`
	return s.collect(ctx, on, "after", limit, withinBytes(sql), position, limit)
}

// errFull ends a read that has as many bytes as it may.
var errFull = errors.New("enough bytes")

func (s *Store) collect(ctx context.Context, on Querier, op string, limit int, sql string, args ...any) ([]event.Recorded, error) {
	found, _, err := s.collectCut(ctx, on, op, limit, sql, args...)
	return found, err
}

// collectCut collects events until they have mostBytes of data or one comes without, and says whether it
// left some out.
func (s *Store) collectCut(ctx context.Context, on Querier, op string, limit int, sql string, args ...any) (found []event.Recorded, cut bool, err error) {
	bytes := 0
	found = make([]event.Recorded, 0, min(limit, 64))
	err = s.read(ctx, on, op, func(e event.Recorded) error {
		if bytes >= mostBytes || e.Data == nil {
			return errFull
		}
		found, bytes = append(found, e), bytes+len(e.Data)
		return nil
	}, sql, args...)
	if errors.Is(err, errFull) {
		return found, true, nil
	}
	return found, false, err
}

// Head is the position of the last event in the log, 0 while it is empty.
func (s *Store) Head(ctx context.Context) (int64, error) {
	const sql = `SELECT coalesce(max(position), 0) FROM events`
	var head int64
	if err := s.pool.QueryRow(ctx, sql).Scan(&head); err != nil {
		return 0, fmt.Errorf("read head: %w", unavailable(err))
	}
	return head, nil
}

// read runs a query of whole events and hands each on.
func (s *Store) read(ctx context.Context, on Querier, op string, each func(event.Recorded) error, sql string, args ...any) error {
	if on == Querier(s.pool) {
		leave, err := s.aside(ctx)
		if err != nil {
			return fmt.Errorf("%s events: %w", op, err)
		}
		defer leave()
	}
	started, count, bytes := time.Now(), 0, 0
	rows, err := on.Query(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("%s events: %w", op, unavailable(err))
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return fmt.Errorf("%s events: %w", op, err)
		}
		count, bytes = count+1, bytes+len(e.Data)
		if err := each(e); err != nil {
			return err
		}
	}
	s.metrics.reading(op, count, bytes, time.Since(started))
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s events: %w", op, unavailable(err))
	}
	return nil
}

// aside waits for a connection that the committer can do without: many long streams
// to load must not keep appends from going out.
func (s *Store) aside(ctx context.Context) (leave func(), err error) {
	select {
	case s.reads <- struct{}{}:
		return func() { <-s.reads }, nil
	case <-ctx.Done():
		return nil, unavailable(ctx.Err())
	}
}

// Aside waits for such a connection for another's read of the pool, which takes one itself.
func (s *Store) Aside(ctx context.Context) (leave func(), err error) { return s.aside(ctx) }

// scan reads an event. One whose metadata are not ours has none: nothing is decided by them, and
// one event must not stop all who read the log.
func scan(rows pgx.Rows) (event.Recorded, error) {
	var e event.Recorded
	var metadata []byte
	err := rows.Scan(&e.Position, &e.StreamType, (*[16]byte)(&e.StreamID), &e.Version, (*[16]byte)(&e.ID), &e.Type, &e.SchemaVersion,
		&e.Data, &metadata, &e.OccurredAt, &e.RecordedAt)
	if err != nil || metadata == nil {
		return e, err
	}
	if json.Unmarshal(metadata, &e.Metadata) != nil {
		e.Metadata = event.Metadata{}
	}
	return e, nil
}
