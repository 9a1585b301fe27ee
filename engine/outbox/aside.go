package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Refused is the error of a message that the broker answered no to, for what the
// message is: too large, not allowed, a bad subject. A broker that is away, slow, full
// or without a leader has refused nothing.
type Refused struct{ Reason error }

func (r *Refused) Error() string { return "refused: " + r.Reason.Error() }
func (r *Refused) Unwrap() error { return r.Reason }

// setAsideBatch bounds the messages behind a dead one that are moved at once, between
// two batches of the others.
const setAsideBatch = 5000

// lockDeadSQL keeps those who set messages aside, bring them back or give them up
// apart. It says false instead of waiting: bringing back a million takes a while, and
// the relay has others to send.
const lockDeadSQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('dead messages', 0))`

// deadSQL is true of a message o whose stream is dead. One probe of an index,
// which no planner turns into a look at all of the table.
const deadSQL = `coalesce((SELECT true FROM dead_messages d WHERE d.stream_id = o.stream_id AND d.dropped_at IS NULL LIMIT 1), false)`

// countRefusals remembers that the broker refused messages, and sets those aside that
// it has refused too often. In the database, so that neither a restart nor another
// relay begins anew.
func (w *worker) countRefusals(ctx context.Context) error {
	if len(w.refused) == 0 {
		return nil
	}
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
	positions, reasons := make([]int64, 0, len(w.refused)), make([]string, 0, len(w.refused))
	for position, reason := range w.refused {
		positions, reasons = append(positions, position), append(reasons, reason)
	}
	clear(w.refused)
	var died []struct {
		StreamID uuid.UUID
		Position int64
	}
	err := w.withDead(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, count, positions); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, setAside, positions, reasons, w.config.Attempts)
		if err != nil {
			return err
		}
		died, err = pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
			StreamID uuid.UUID
			Position int64
		}])
		return err
	})
	if err != nil {
		return fmt.Errorf("count refused messages: %w", err)
	}
	for _, m := range died {
		w.held.release(m.StreamID)
		w.dead.add(m.StreamID, m.Position)
		w.config.Logger.Error("a message that the broker refuses is set aside, with its stream's later ones: see ops messages list", "stream", m.StreamID)
	}
	return nil
}

// setAsideBehind moves some of the messages that stand behind dead ones, of a part of the outbox that
// it can go through in time. Each is moved once, and those of other streams wait for no more than a batch of them.
func (w *worker) setAsideBehind(ctx context.Context) error {
	if len(w.dead) == 0 {
		return nil
	}
	const sql = `
		WITH gone AS (
			DELETE FROM outbox WHERE position IN (
				SELECT position FROM outbox o WHERE position >= $3 AND position < $3 + $4 AND stream_id = ANY ($1) AND ` + deadSQL + ` ORDER BY position LIMIT $2)
			RETURNING position, event_id, stream_id, type, data, traceparent, occurred_at, attempts
		), dead AS (
			INSERT INTO dead_messages (position, event_id, stream_id, type, data, traceparent, occurred_at, attempts)
			SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, attempts FROM gone
		)
		SELECT count(*), coalesce(max(position), 0), coalesce((SELECT max(position) FROM events), 0) FROM gone`
	var moved, last, head int64
	first, step, began := w.dead.first(), min(w.place.step, firstStep), time.Now()
	err := w.withDead(ctx, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, sql, w.dead.streams(), setAsideBatch, first, step).Scan(&moved, &last, &head)
		if errors.Is(err, context.DeadlineExceeded) { // and not where the COMMIT waits for a standby
			w.place.tooLong(step, time.Since(began))
		}
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("set messages aside: %w", err)
	case w.busy:
	case moved < setAsideBatch && first+step > head:
		w.allAside()
	case moved < setAsideBatch:
		w.dead.moved(first + step - 1)
	default:
		w.dead.moved(last)
	}
	return nil
}

// allAside notes that nothing of dead streams waits any more. What was redriven of them since, and a
// read that left them out could not see, the next read finds from the start on.
func (w *worker) allAside() {
	clear(w.dead)
	if w.missed {
		w.place.passed, w.missed = 0, false
	}
}

var errBusy = errors.New("somebody else is at the dead messages; try again")

// withDead runs work in a transaction that has the dead messages to itself. If
// somebody else is at them it does nothing: there is a next time.
func (w *worker) withDead(ctx context.Context, work func(ctx context.Context, tx pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.config.ReadFor)
	defer cancel()
	err := pgx.BeginFunc(ctx, w.conn, func(tx pgx.Tx) error { return alone(ctx, tx, work) })
	if w.busy = errors.Is(err, errBusy); w.busy {
		return nil
	}
	return err
}

func alone(ctx context.Context, tx pgx.Tx, work func(ctx context.Context, tx pgx.Tx) error) error {
	var locked bool
	if err := tx.QueryRow(ctx, lockDeadSQL).Scan(&locked); err != nil {
		return fmt.Errorf("lock dead messages: %w", err)
	}
	if !locked {
		return errBusy
	}
	return work(ctx, tx)
}

// deadStreams are those whose messages have come up behind a dead one, with the position from
// which on they may have some in the outbox. Those before are gone, or were redriven, and then the
// streams are not dead.
type deadStreams map[uuid.UUID]int64

func (d deadStreams) add(stream uuid.UUID, position int64) {
	if first, there := d[stream]; !there || position < first {
		d[stream] = position
	}
}

// moved takes in that all of their messages up to a position are gone.
func (d deadStreams) moved(to int64) {
	for stream, first := range d {
		d[stream] = max(first, to+1)
	}
}

func (d deadStreams) first() int64 { return slices.Min(slices.Collect(maps.Values(d))) }

func (d deadStreams) streams() []uuid.UUID {
	streams := make([]uuid.UUID, 0, len(d))
	for stream := range d {
		streams = append(streams, stream)
	}
	return streams
}
