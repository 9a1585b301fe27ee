package eventstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
)

// Channel is what the log notifies on: the payload is the new head position.
const Channel = "events"

// beginSQL sees to a snapshot a statement, whatever the database's default.
const beginSQL = `BEGIN ISOLATION LEVEL READ COMMITTED`

// lockSQL orders all appends of a database. It is a statement of its own, so that the
// append's snapshot is younger than the last append's commit. Until the end of the
// transaction it also has the append planned once and for all: planning it anew costs
// more than running it, and a plan made while the log was short must not scan it.
const lockSQL = `
SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
       pg_advisory_xact_lock(7022354871391810670)`

// appendSQL numbers, checks and writes a batch. The head is one index probe. A
// chain whose streams have moved, or one of whose keys has an answer, is left out
// and the others go through; nothing is skipped by ON CONFLICT, so a row that
// should not be there is an error and never a loss. One NOTIFY for the whole batch,
// because NOTIFY serialises commits, and none if nothing was appended. The version
// is looked for from the expected one on: the index hands over what it finds by the
// page, and a long stream has many versions on one.
const appendSQL = `
WITH head AS MATERIALIZED (
    SELECT coalesce(max(position), 0) AS position, greatest(max(recorded_at), clock_timestamp()) AS now -- the clock may be set back
    FROM (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1) last
), once AS MATERIALIZED (
    SELECT o.stream, o.key, o.fingerprint, o.keep, o.events, o.last, o.position,
           EXISTS (SELECT FROM idempotency_keys k WHERE k.key = o.key AND k.expires_at > clock_timestamp()) AS answered
    FROM unnest($15::bigint[], $16::text[], $17::bytea[], $18::interval[], $19::bigint[], $20::bigint[], $21::bigint[])
         AS o (stream, key, fingerprint, keep, events, last, position)
), found AS (
    SELECT s.chain, s.stream, s.type, s.id, s.expected,
           coalesce((SELECT e.version FROM events e WHERE e.stream_id = s.id AND e.version >= s.expected ORDER BY e.version DESC LIMIT 1), 0) AS version,
           s.stream IN (SELECT o.stream FROM once o WHERE o.answered) AS answered
    FROM unnest($1::bigint[], $2::text[], $3::uuid[], $4::bigint[]) WITH ORDINALITY AS s (chain, type, id, expected, stream)
), stream AS MATERIALIZED (
    SELECT chain, stream, type, id, version, bool_or(answered) OVER same AS answered,
           bool_or(answered OR expected NOT IN (-1, version)) OVER same AS refused
    FROM found WINDOW same AS (PARTITION BY chain)
), numbered AS MATERIALIZED (
    SELECT head.position + row_number() OVER (ORDER BY e.no) AS position, head.now AS recorded_at,
           s.type AS stream_type, s.id AS stream_id, s.version + e.seq AS version, e.no, e.event_id, e.type, e.schema_version,
           e.data::jsonb AS data, e.metadata::jsonb AS metadata, e.occurred_at, e.message_type, e.message_data
    FROM unnest($5::bigint[], $6::bigint[], $7::uuid[], $8::text[], $9::bigint[], $10::text[], $11::text[], $12::timestamptz[], $13::text[], $14::text[])
         WITH ORDINALITY AS e (stream, seq, event_id, type, schema_version, data, metadata, occurred_at, message_type, message_data, no)
    JOIN stream s ON s.stream = e.stream AND NOT s.refused
    CROSS JOIN head
), recorded AS (
    INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
    SELECT position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at
    FROM numbered
), outgoing AS (
    INSERT INTO outbox (position, event_id, stream_id, type, data, traceparent, occurred_at)
    SELECT position, event_id, stream_id, message_type, message_data::jsonb, metadata ->> 'traceparent', occurred_at
    FROM numbered WHERE message_type IS NOT NULL
), answer AS (
    INSERT INTO idempotency_keys AS k (key, fingerprint, stream_id, version, position, expires_at)
    SELECT o.key, o.fingerprint, s.id, s.version + o.events, coalesce(n.position, o.position), clock_timestamp() + o.keep
    FROM once o
    JOIN stream s ON s.stream = o.stream AND NOT s.refused
    LEFT JOIN numbered n ON n.no = o.last
    ON CONFLICT (key) DO UPDATE -- only ever an expired one: see once.answered
    SET fingerprint = excluded.fingerprint, stream_id = excluded.stream_id, version = excluded.version,
        position = excluded.position, expires_at = excluded.expires_at
), notified AS MATERIALIZED (
    SELECT pg_notify('events', max(position)::text) FROM numbered HAVING count(*) > 0
)
SELECT s.chain, s.version, s.refused, s.answered, head.position, (SELECT current_setting('synchronous_standby_names') <> '')
FROM stream s CROSS JOIN head LEFT JOIN notified ON true
ORDER BY s.stream`

// send puts a batch on the wire as one flight (BEGIN, lock, append, COMMIT,
// no waiting in between) and reads what became of each chain. The lock
// is therefore never held across a network round trip: whatever happens to this
// process, the server already has its COMMIT.
func (s *Store) send(ctx context.Context, batch []*pending) ([]outcome, error) {
	outcomes := make([]outcome, len(batch))
	flight := &pgx.Batch{}
	flight.Queue(beginSQL)
	flight.Queue(lockSQL)
	var before, after int64 // positions of the log's head
	var required bool       // a standby is
	flight.Queue(appendSQL, newColumns(batch).arguments()...).Query(func(rows pgx.Rows) (err error) {
		before, after, required, err = readOutcomes(rows, batch, outcomes)
		return err
	})
	flight.Queue("COMMIT")
	if err := s.transmit(ctx, flight); err != nil {
		return nil, err
	}
	s.notice(before, after)
	s.noticeReplicated(before, after, required)
	return outcomes, nil
}

// transmit sends a flight on a connection of its own and drops the connection
// after an error: nobody knows what state it is in. A COMMIT that the required standby
// may not have is an error, too, whose outcome is as unknown as that of a lost answer.
func (s *Store) transmit(ctx context.Context, flight *pgx.Batch) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.FlightFor)
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
	if err := database.CheckStandby(conn.Conn()); err != nil {
		return fmt.Errorf("fly: %w", err)
	}
	return nil
}

// readOutcomes reads a row for each stream of the batch, in the batch's order. The
// events of the chains that were not refused follow the head in that order, too. It
// says where the head was and is, and whether a standby is required.
func readOutcomes(rows pgx.Rows, batch []*pending, outcomes []outcome) (head, newHead int64, required bool, err error) {
	var chain, version int64
	var refused, answered bool
	var before []int64 // versions of the chain's streams
	landed, appended := 0, int64(0)
	_, err = pgx.ForEachRow(rows, []any{&chain, &version, &refused, &answered, &head, &required}, func() error {
		before = append(before, version)
		if len(before) < len(batch[chain].streams) {
			return nil
		}
		switch {
		case answered:
			outcomes[chain].err = events.ErrAnswered
		case refused:
			outcomes[chain].err = events.ErrConflict
		default:
			appended += int64(len(batch[chain].events))
			outcomes[chain] = batch[chain].landed(before, head+appended)
		}
		before = before[:0]
		landed++
		return nil
	})
	if err == nil && landed != len(batch) {
		err = fmt.Errorf("%d chains sent, %d accounted for", len(batch), landed)
	}
	return head, head + appended, required, err
}
