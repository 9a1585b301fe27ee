package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/backoff"
	"example.com/pgcqrs/engine/outbox/cursor"
	"example.com/pgcqrs/engine/outbox/dead"
)

// publishFor and tellEvery keep the relay's session from being silent for lock.StallAfter, however
// slow the broker is: a wave is given up after publishFor, and the relay sends a statement to the
// database at least every tellEvery, between two waves.
const (
	publishFor = lock.StallAfter / 2
	tellEvery  = lock.StallAfter / 5
)

// removeFor bounds a delete: its connection may have died unnoticed.
const removeFor = 5 * time.Second

// worker is a relay at work, on the connection that has its lock.
type worker struct {
	config    *Config
	metrics   *metrics
	conn      *pgx.Conn
	cursor    cursor.Cursor
	held      backoff.Streams
	aside     *dead.Aside
	acked     []int64   // positions that the broker has acknowledged and that are still in the outbox
	told      time.Time // when the last statement was sent to the database
	published bool      // whether any message was published
}

// publish sends a wave: at most one message of each stream. The next wave is sent when this one is
// answered. So a message never overtakes another of its stream, not even when that one must be sent
// again; a message that the broker refuses delays its own stream and no other.
func (w *worker) publish(ctx context.Context, wave []outbox.Message, failed map[uuid.UUID]error) {
	ctx, cancel := context.WithTimeout(ctx, publishFor)
	defer cancel()
	for i, err := range w.config.Publish(ctx, wave) {
		if err == nil {
			w.acked = append(w.acked, wave[i].Position)
			w.letGo(wave[i])
			continue
		}
		failed[wave[i].StreamID] = fmt.Errorf("publish message %s: %w", wave[i].EventID, err)
		w.held.Hold(wave[i].StreamID, wave[i].Position, w.config.MaxBackoff)
		w.metrics.failures.Inc()
		if refused, ok := errors.AsType[*outbox.Refused](err); ok {
			w.aside.Refuse(wave[i].Position, refused.Reason.Error())
		}
	}
}

// letGo ends the wait of a message's stream, and goes back to the messages that follow it.
func (w *worker) letGo(m outbox.Message) {
	if w.held.Holds(m.StreamID) {
		w.held.Release(m.StreamID)
		w.cursor.GoBack(m.Position)
	}
}

// report logs one line for all streams that must wait.
func (w *worker) report(ctx context.Context, failed map[uuid.UUID]error) {
	if ctx.Err() != nil {
		return
	}
	for stream, err := range failed {
		w.config.Logger.Warn("messages not published, their streams wait", "streams", len(failed), "one", stream, "error", err)
		return
	}
}

// alive leaves out messages that follow dead ones, and notes them to be set aside.
func (w *worker) alive(batch []outbox.Message) []outbox.Message {
	return slices.DeleteFunc(batch, func(m outbox.Message) bool {
		if m.Dead {
			w.held.Release(m.StreamID)
			w.aside.Add(m.StreamID, m.Position)
		}
		return m.Dead
	})
}

// setAsideBehind moves some of the messages that follow dead ones.
func (w *worker) setAsideBehind(ctx context.Context) error {
	step, began := w.cursor.Step(), time.Now()
	restart, err := w.aside.MoveBehind(ctx, step, func() { w.cursor.TooLong(step, time.Since(began)) })
	if restart {
		w.cursor.Restart()
	}
	return err
}

// countRefusals counts the messages that the broker has refused, and sets some aside.
func (w *worker) countRefusals(ctx context.Context) error {
	died, err := w.aside.CountRefusals(ctx)
	for _, m := range died {
		w.held.Release(m.StreamID)
		w.config.Logger.Error("a message that the broker refuses is set aside, with its stream's later ones: see ops messages list", "stream", m.StreamID)
	}
	return err
}

// remove deletes what the broker has acknowledged. It fails if another process has taken the lock,
// which is then responsible for the rest of the batch.
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
