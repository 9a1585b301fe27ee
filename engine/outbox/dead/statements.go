package dead

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// StreamSQL is an SQL expression that is true for a row o of the outbox whose stream has a dead
// message. The expression probes an index once. PostgreSQL never executes an expression of this
// form as a scan of the whole table dead_messages.
const StreamSQL = `coalesce((SELECT true FROM dead_messages d WHERE d.stream_id = o.stream_id AND d.dropped_at IS NULL LIMIT 1), false)`

// Died is a message that was moved to dead_messages because the broker refused it too often.
type Died struct {
	StreamID uuid.UUID
	Position int64
}

// countRefusals counts a refusal for each message at the given positions. If the broker has refused
// a message at least attempts times, countRefusals moves the message to dead_messages. The map
// refused has the reason of each refusal. countRefusals must run in a transaction that has the lock
// on dead messages (see alone).
func countRefusals(ctx context.Context, tx pgx.Tx, refused map[int64]string, attempts int) ([]Died, error) {
	const count = `
		UPDATE outbox o SET attempts = o.attempts + 1 FROM unnest($1::bigint[]) AS r (position) WHERE o.position = r.position`
	const setAside = `
		WITH gone AS (
			DELETE FROM outbox o USING unnest($1::bigint[], $2::text[]) AS r (position, error)
			WHERE o.position = r.position AND o.attempts >= $3
			RETURNING o.position, o.event_id, o.stream_id, o.type, o.data, o.traceparent, o.occurred_at, o.attempts, r.error
		), dead AS (
			INSERT INTO dead_messages (position, event_id, stream_id, type, data, traceparent, occurred_at, attempts, error)
			SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, attempts, error FROM gone
		)
		SELECT stream_id, position FROM gone`
	positions, reasons := make([]int64, 0, len(refused)), make([]string, 0, len(refused))
	for position, reason := range refused {
		positions, reasons = append(positions, position), append(reasons, reason)
	}
	if _, err := tx.Exec(ctx, count, positions); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, setAside, positions, reasons, attempts)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Died])
}

// setAsideBatch limits how many later messages of dead streams (streams with a dead message) one
// transaction moves to dead_messages. Between two such transactions, the relay sends a batch of
// messages of other streams.
const setAsideBatch = 5000

// moved is the result of setAsideBehind.
type moved struct {
	all  bool  // whether the part has no more messages that follow a dead message of their stream
	last int64 // position of the last message that was moved; 0: no message was moved
	head int64 // position of the last event in the log
}

// setAsideBehind moves messages of the given streams to dead_messages, because each of these
// streams has a dead message. setAsideBehind covers only the positions from first to first+part-1.
// It must run in a transaction that has the lock on dead messages (see alone).
func setAsideBehind(ctx context.Context, tx pgx.Tx, streams []uuid.UUID, first, part int64) (moved, error) {
	const sql = `
		WITH gone AS (
			DELETE FROM outbox WHERE position IN (
				SELECT position FROM outbox o WHERE position >= $3 AND position < $3 + $4 AND stream_id = ANY ($1) AND ` + StreamSQL + ` ORDER BY position LIMIT $2)
			RETURNING position, event_id, stream_id, type, data, traceparent, occurred_at, attempts
		), dead AS (
			INSERT INTO dead_messages (position, event_id, stream_id, type, data, traceparent, occurred_at, attempts)
			SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, attempts FROM gone
		)
		SELECT count(*), coalesce(max(position), 0), ` + logsql.Head + ` FROM gone`
	var done moved
	var count int64
	err := tx.QueryRow(ctx, sql, streams, setAsideBatch, first, part).Scan(&count, &done.last, &done.head)
	done.all = count < setAsideBatch
	return done, err
}
