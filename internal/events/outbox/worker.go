package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/database"
)

// What keeps the relay from being silent for database.StallAfter, however slow the
// broker is: it is given up after publishFor, and the database hears of us at least
// every tellEvery, between one wave and the next.
const (
	publishFor = database.StallAfter / 2
	tellEvery  = database.StallAfter / 5
)

// Bounds of one statement: the connection may have died unheard.
const (
	readFor   = 30 * time.Second
	removeFor = 5 * time.Second
)

// maxHeld bounds the streams that are held: asking for the others takes ever longer.
const maxHeld = 10_000

var errBrokerAway = errors.New("the broker takes nothing")

// ErrLost says that the outbox has a message whose event is not in the log: the log went back
// without its outbox. Nothing is published, for it has not happened.
var ErrLost = errors.New("a message's event is not in the log")

// worker is a relay at work, on the connection that holds its lock.
type worker struct {
	*Relay
	conn      *pgx.Conn
	held      held
	dead      deadStreams      // whose messages are being set aside
	busy      bool             // somebody else is at the dead messages
	refused   map[int64]string // positions of messages, and why; not counted yet
	acked     []int64          // positions that the broker has, and the outbox has too
	told      time.Time        // when the database heard of us last
	published bool             // anything at all
}

// run publishes until something fails. Without messages it looks for them again
// and again, which keeps its hold on the lock.
func (w *worker) run(ctx context.Context) error {
	for ctx.Err() == nil {
		count, err := w.relay(ctx)
		switch {
		case err != nil:
			return err
		case len(w.held) > maxHeld:
			return errBrokerAway
		case count == w.config.MaxBatch || len(w.dead) > 0 && !w.busy:
			continue
		}
		select {
		case <-ctx.Done():
		case <-w.config.Wake:
		case <-time.After(min(w.config.Poll, database.StallAfter/2, w.held.next())):
		}
	}
	return ctx.Err()
}

// relay publishes one batch from the outbox's start, without the streams that are
// held, and says how many messages it read. Those that the broker did not take stay,
// unless it has refused them too often.
func (w *worker) relay(ctx context.Context) (int, error) {
	if err := w.setAsideBehind(ctx); err != nil {
		return 0, err
	}
	batch, err := w.read(ctx)
	if err != nil {
		return 0, err
	}
	failed := make(map[uuid.UUID]error)
	for wave, rest := nextWave(w.alive(batch), failed); len(wave) > 0 && ctx.Err() == nil; wave, rest = nextWave(rest, failed) {
		w.publish(ctx, wave, failed)
		if time.Since(w.told) < tellEvery {
			continue
		}
		if err := w.remove(context.WithoutCancel(ctx)); err != nil {
			return 0, err
		}
	}
	w.report(ctx, failed)
	if len(w.acked) > 0 {
		if err := w.remove(context.WithoutCancel(ctx)); err != nil {
			return 0, err
		}
	}
	return len(batch), w.countRefusals(ctx)
}

// publish sends a wave: at most one message of each stream. The next wave leaves when
// this one is answered. So a message never overtakes another of its stream, not even
// when the other has to be sent again; a message that the broker refuses holds up its
// own stream and no other.
func (w *worker) publish(ctx context.Context, wave []Message, failed map[uuid.UUID]error) {
	ctx, cancel := context.WithTimeout(ctx, publishFor)
	defer cancel()
	for i, err := range w.config.Publish(ctx, wave) {
		if err == nil {
			w.acked = append(w.acked, wave[i].Position)
			w.held.release(wave[i].StreamID)
			continue
		}
		failed[wave[i].StreamID] = fmt.Errorf("publish message %s: %w", wave[i].EventID, err)
		w.held.hold(wave[i].StreamID, w.config.MaxBackoff)
		w.metrics.failures.Inc()
		if refused, ok := errors.AsType[*Refused](err); ok {
			w.refused[wave[i].Position] = refused.Reason.Error()
		}
	}
}

// report writes one line for all streams that have to wait.
func (w *worker) report(ctx context.Context, failed map[uuid.UUID]error) {
	if ctx.Err() != nil {
		return
	}
	for stream, err := range failed {
		w.config.Logger.Warn("messages not published, their streams wait", "streams", len(failed), "one", stream, "error", err)
		return
	}
}

// alive leaves out the messages behind dead ones, and remembers to set them aside.
func (w *worker) alive(batch []Message) []Message {
	return slices.DeleteFunc(batch, func(m Message) bool {
		if m.Dead {
			w.dead[m.StreamID] = true
		}
		return m.Dead
	})
}

// nextWave takes the first message of each stream that has not failed, in order.
func nextWave(batch []Message, failed map[uuid.UUID]error) (wave, rest []Message) {
	taken := make(map[uuid.UUID]bool, len(batch))
	for _, message := range batch {
		switch {
		case failed[message.StreamID] != nil:
		case taken[message.StreamID]:
			rest = append(rest, message)
		default:
			taken[message.StreamID] = true
			wave = append(wave, message)
		}
	}
	return wave, rest
}

// read returns messages whose events would survive a promotion: its COMMIT waits for the
// required standby. It fails with ErrLost where the log does not have the last one's event. So a wait there holds up the relay, for readFor at most at a time.
func (w *worker) read(ctx context.Context) ([]Message, error) {
	const sql = `
		WITH batch AS MATERIALIZED (
		    SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, ` + deadSQL + ` AS dead, ` + database.AwaitStandby + ` AS awaited
		    FROM outbox o WHERE NOT stream_id = ANY ($2) ORDER BY position LIMIT $1
		)
		SELECT position, event_id, stream_id, type, data, traceparent, occurred_at, dead, awaited,
		       EXISTS (SELECT FROM (SELECT position, event_id FROM batch ORDER BY position DESC LIMIT 1) last
		               JOIN events e ON e.position = last.position AND e.event_id = last.event_id)
		FROM batch ORDER BY position`
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	rows, err := w.conn.Query(ctx, sql, w.config.MaxBatch, append(w.held.streams(), w.dead.streams()...))
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	recorded := true // the event of the last message, and so all of them
	batch, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Message, err error) {
		err = row.Scan(&m.Position, &m.EventID, &m.StreamID, &m.Type, &m.Data, &m.Traceparent, &m.OccurredAt, &m.Dead, nil, &recorded)
		return m, err
	})
	if err == nil && !recorded {
		err = fmt.Errorf("%w: message at position %d", ErrLost, batch[len(batch)-1].Position)
	}
	if err == nil {
		err = database.CheckStandby(w.conn)
	}
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	w.told = time.Now()
	return batch, nil
}

// remove deletes what the broker has acknowledged. It fails if somebody has taken the
// lock: what is left of the batch is then theirs.
func (w *worker) remove(ctx context.Context) error {
	const sql = `DELETE FROM outbox WHERE position = ANY ($1)`
	ctx, cancel := context.WithTimeout(ctx, removeFor)
	defer cancel()
	if _, err := w.conn.Exec(ctx, sql, w.acked); err != nil {
		return fmt.Errorf("delete acknowledged messages: %w", err)
	}
	w.metrics.published.Add(float64(len(w.acked)))
	w.published = w.published || len(w.acked) > 0
	w.acked, w.told = w.acked[:0], time.Now()
	return nil
}
