package reconcile

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// rangeSize is the approximate number of positions in one range of applied events.
const rangeSize = 100_000

// checksumOf returns the checksum of one event. checksumSQL computes the same checksum in SQL. The
// checksum of a range is the bitwise XOR of the checksums of its events, so the order of the events
// does not matter. A missing event changes the checksum of the range. An event that was applied
// twice changes the range's number of events.
func checksumOf(id uuid.UUID) int64 {
	return int64(binary.BigEndian.Uint64(id[8:])) //nolint:gosec // the conversion keeps all bits
}

const checksumSQL = `('x' || right(replace(e.event_id::text, '-', ''), 16))::bit(64)::bigint`

// errBook means that a batch could not be added to the applied ranges. No event is the cause of
// this error.
var errBook = errors.New("what was applied can't be noted: it reaches beyond the checkpoint")

// Book records which events were applied between two positions, in the transaction that moves the
// checkpoint. Book extends the last range if the batch begins where that range ends, and if that
// range is neither closed nor full. Otherwise Book inserts a new range.
func Book(work *pgx.Batch, projection string, after, last int64, applied []event.Recorded) {
	const sql = `
		WITH grown AS (
		    UPDATE applied_ranges SET last_position = $3, events = events + $4, checksum = checksum # $5
		    WHERE projection = $1 AND first_position = (SELECT max(first_position) FROM applied_ranges WHERE projection = $1)
		      AND last_position = $2 AND NOT closed AND last_position - first_position < $6
		    RETURNING first_position
		), begun AS (
		    INSERT INTO applied_ranges (projection, first_position, last_position, events, checksum)
		    SELECT $1, $2 + 1, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM grown)
		    ON CONFLICT DO NOTHING RETURNING first_position
		)
		SELECT (SELECT count(*) FROM grown) + (SELECT count(*) FROM begun)`
	var checksum int64
	for _, e := range applied {
		checksum ^= checksumOf(e.ID)
	}
	work.Queue(sql, projection, after, last, len(applied), checksum, rangeSize-1).QueryRow(func(row pgx.Row) error {
		var noted int64
		if err := row.Scan(&noted); err != nil {
			return err
		}
		if noted != 1 {
			return errBook
		}
		return nil
	})
}

// BookMissed records events of a parked stream that were applied late. BookMissed adds the events
// to the applied ranges that contain the events' positions. The changed ranges are then compared
// with the log again.
func BookMissed(work *pgx.Batch, projection string, applied []event.Recorded) {
	const sql = `
		UPDATE applied_ranges r SET events = r.events + m.events, checksum = r.checksum # m.checksum, reconciled_at = NULL, waits_since = now()
		FROM (SELECT r.first_position, count(*) AS events, bit_xor(e.checksum) AS checksum
		      FROM unnest($2::bigint[], $3::bigint[]) AS e (position, checksum)
		      JOIN applied_ranges r ON r.projection = $1 AND e.position BETWEEN r.first_position AND r.last_position
		      GROUP BY r.first_position) m
		WHERE r.projection = $1 AND r.first_position = m.first_position`
	if len(applied) == 0 {
		return
	}
	positions, checksums := make([]int64, 0, len(applied)), make([]int64, 0, len(applied))
	for _, e := range applied {
		positions, checksums = append(positions, e.Position), append(checksums, checksumOf(e.ID))
	}
	work.Queue(sql, projection, positions, checksums).Exec(func(pgconn.CommandTag) error { return nil }) // the statement may change any number of rows
}

// MoveRanges moves the applied ranges of a projection to another name.
func MoveRanges(work *pgx.Batch, from, to string) {
	work.Queue(`UPDATE applied_ranges SET projection = $2 WHERE projection = $1`, from, to)
}

// QueueLast queues a query of the last position that is recorded as applied. This query must run
// before the query of the checkpoint, because the checkpoint may move between the two queries.
func QueueLast(look *pgx.Batch, projection string) *int64 {
	const sql = `SELECT coalesce((SELECT last_position FROM applied_ranges WHERE projection = $1 ORDER BY first_position DESC LIMIT 1), 0)`
	last := new(int64)
	look.Queue(sql, projection).QueryRow(func(row pgx.Row) error { return row.Scan(last) })
	return last
}

// ForgetBeyond deletes the records of events that were applied after the checkpoint. ForgetBeyond
// must be called if somebody has set the checkpoint back, because the events after the checkpoint
// will be applied again.
func ForgetBeyond(ctx context.Context, conn *pgx.Conn, projection string) error {
	const sql = `DELETE FROM applied_ranges WHERE projection = $1 AND last_position > (SELECT position FROM checkpoints WHERE projection = $1)`
	if _, err := conn.Exec(ctx, sql, projection); err != nil {
		return fmt.Errorf("forget what was applied: %w", err)
	}
	return nil
}
