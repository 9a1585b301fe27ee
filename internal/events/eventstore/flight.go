package eventstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/events"
)

// Channel is what the log notifies on: the payload is the new head position.
const Channel = "events"

// lockSQL orders all appends of a database. It is a statement of its own, so that the append's snapshot is younger than the last append's commit.
const lockSQL = `SELECT pg_advisory_xact_lock(7022354871391810670)`

// notifySQL: one for the whole batch, because NOTIFY serialises commits.
const notifySQL = `SELECT pg_notify('events', (SELECT max(position)::text FROM events))`

// appendSQL numbers, checks and writes a batch. The head is one index probe. An
// append whose streams have moved, or whose key has an answer, is left out and
// the others go through; nothing is skipped by ON CONFLICT, so a row that should
// not be there is an error and never a loss.
const appendSQL = `
WITH head AS MATERIALIZED (
    SELECT coalesce((SELECT max(position) FROM events), 0) AS position, clock_timestamp() AS now
), stream AS MATERIALIZED (
    SELECT s.append, s.stream, s.type, s.id, s.metadata, s.expected,
           coalesce((SELECT e.version FROM events e WHERE e.stream_id = s.id ORDER BY e.version DESC LIMIT 1), 0) AS version
    FROM unnest($1::bigint[], $2::text[], $3::uuid[], $4::bigint[], $5::text[])
         WITH ORDINALITY AS s (append, type, id, expected, metadata, stream)
), once AS MATERIALIZED (
    SELECT o.append, o.key, o.fingerprint, o.keep, o.events, o.position,
           EXISTS (SELECT FROM idempotency_keys k WHERE k.key = o.key AND k.expires_at > head.now) AS answered
    FROM unnest($15::bigint[], $16::text[], $17::bytea[], $18::interval[], $19::bigint[], $20::bigint[])
         AS o (append, key, fingerprint, keep, events, position) CROSS JOIN head
), refused AS MATERIALIZED (
    SELECT append FROM stream WHERE expected NOT IN (-1, version)
    UNION
    SELECT append FROM once WHERE answered
), numbered AS MATERIALIZED (
    SELECT head.position + row_number() OVER (ORDER BY e.no) AS position, head.now AS recorded_at,
           s.append, s.type AS stream_type, s.id AS stream_id, s.version + e.seq AS version, s.metadata::jsonb AS metadata,
           e.event_id, e.type, e.schema_version, e.data::jsonb AS data, e.occurred_at, e.message_type, e.message_data
    FROM unnest($6::bigint[], $7::bigint[], $8::uuid[], $9::text[], $10::bigint[], $11::text[], $12::timestamptz[], $13::text[], $14::text[])
         WITH ORDINALITY AS e (stream, seq, event_id, type, schema_version, data, occurred_at, message_type, message_data, no)
    JOIN stream s ON s.stream = e.stream
    CROSS JOIN head
    WHERE NOT EXISTS (SELECT FROM refused r WHERE r.append = s.append)
), recorded AS (
    INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
    SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
    FROM numbered
), outgoing AS (
    INSERT INTO outbox (position, event_id, stream_id, type, data, traceparent, occurred_at)
    SELECT position, event_id, stream_id, message_type, message_data::jsonb, metadata ->> 'traceparent', occurred_at
    FROM numbered WHERE message_type IS NOT NULL
), last AS MATERIALIZED (
    SELECT append, max(position) AS position FROM numbered GROUP BY append
), answer AS (
    INSERT INTO idempotency_keys AS k (key, fingerprint, stream_id, version, position, expires_at)
    SELECT o.key, o.fingerprint, s.id, s.version + o.events, coalesce(l.position, o.position), head.now + o.keep
    FROM once o
    JOIN (SELECT DISTINCT ON (append) append, id, version FROM stream ORDER BY append, stream) s ON s.append = o.append
    LEFT JOIN last l ON l.append = o.append
    CROSS JOIN head
    WHERE NOT EXISTS (SELECT FROM refused r WHERE r.append = o.append)
    ON CONFLICT (key) DO UPDATE -- only ever an expired one: see once.answered
    SET fingerprint = excluded.fingerprint, stream_id = excluded.stream_id, version = excluded.version,
        position = excluded.position, expires_at = excluded.expires_at
)
SELECT DISTINCT ON (s.append) s.append, s.version, coalesce(l.position, 0), coalesce(o.answered, false), r.append IS NOT NULL
FROM stream s
LEFT JOIN last l ON l.append = s.append
LEFT JOIN once o ON o.append = s.append
LEFT JOIN refused r ON r.append = s.append
ORDER BY s.append, s.stream`

// send puts a batch on the wire as one flight (BEGIN, lock, append, NOTIFY,
// COMMIT, no waiting in between) and reads what became of each append. The lock
// is therefore never held across a network round trip: whatever happens to this
// process, the server already has its COMMIT.
func (s *Store) send(ctx context.Context, batch []*pending) ([]outcome, error) {
	outcomes := make([]outcome, len(batch))
	flight := &pgx.Batch{}
	flight.Queue("BEGIN")
	flight.Queue(lockSQL)
	flight.Queue(appendSQL, newColumns(batch).arguments()...).Query(func(rows pgx.Rows) error {
		return readOutcomes(rows, batch, outcomes)
	})
	flight.Queue(notifySQL)
	flight.Queue("COMMIT")
	return outcomes, s.transmit(ctx, flight)
}

// transmit sends a flight on a connection of its own and drops the connection
// after an error: nobody knows what state it is in.
func (s *Store) transmit(ctx context.Context, flight *pgx.Batch) error {
	ctx, cancel := context.WithTimeout(ctx, flightTimeout)
	defer cancel()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return &notSentError{err}
	}
	defer conn.Release()
	if err := conn.SendBatch(ctx, flight).Close(); err != nil {
		_ = conn.Conn().Close(ctx)
		return fmt.Errorf("fly: %w", err)
	}
	return nil
}

// flightTimeout bounds one flight, the wait for the lock included.
const flightTimeout = 10 * time.Second

func readOutcomes(rows pgx.Rows, batch []*pending, outcomes []outcome) error {
	var index int64
	var version, position int64
	var answered, refused bool
	count := 0
	_, err := pgx.ForEachRow(rows, []any{&index, &version, &position, &answered, &refused}, func() error {
		outcomes[index] = read(batch[index], version, position, answered, refused)
		count++
		return nil
	})
	if err == nil && count != len(batch) {
		return fmt.Errorf("%d appends sent, %d accounted for", len(batch), count)
	}
	return err
}

func read(p *pending, version, position int64, answered, refused bool) outcome {
	switch {
	case answered:
		return outcome{err: events.ErrAnswered}
	case refused:
		return outcome{err: events.ErrConflict}
	}
	if len(p.events) == 0 {
		position = p.once.position
	}
	first := p.streams[0]
	return outcome{appended: events.Appended{StreamID: first.id, Version: version + int64(first.events), Position: position}}
}
