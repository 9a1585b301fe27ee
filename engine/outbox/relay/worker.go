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
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/backoff"
	"example.com/pgcqrs/engine/outbox/cursor"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/tracing"
)

// publishFor and tellEvery ensure that the relay's database session is never silent for as long as
// lock.StallAfter, even if the broker is slow. A wave has at most one message of each stream. The
// relay stops waiting for the broker's answers to a wave after the time publishFor. Between two
// waves, the relay sends a statement to the database if its last statement is older than tellEvery.
const (
	publishFor = lock.StallAfter / 2
	tellEvery  = lock.StallAfter / 5
)

// removeFor limits the time of a delete, because a dead database connection may give no error.
const removeFor = 5 * time.Second

// worker is a relay that has the lock. A worker uses the database connection that has the lock.
type worker struct {
	config    *Config
	metrics   *metrics
	conn      *pgx.Conn
	cursor    cursor.Cursor
	held      backoff.Streams
	aside     *dead.Aside
	acked     []int64   // positions of messages that the broker has acknowledged and that are still in the outbox
	told      time.Time // when the last statement was sent to the database
	published bool      // whether any message was published
}

// publish sends a wave, which has at most one message of each stream, and waits for the answers
// before the next wave is sent. For this reason a message is never sent before an earlier message
// of its stream, even if the earlier message must be sent again. A message that the broker refuses
// delays only its own stream.
func (w *worker) publish(ctx context.Context, wave []outbox.Message, failed map[uuid.UUID]error) {
	ctx, cancel := context.WithTimeout(ctx, publishFor)
	defer cancel()
	ctx, spans := tracing.StartBatch(ctx, w.config.Tracer, wave, traceparentOf, "publish", "messages", trace.SpanKindProducer)
	unsent := 0
	defer func() { spans.End(len(wave), unsent, nil) }()
	for i, err := range w.config.Publish(ctx, wave) {
		if err == nil {
			w.acked = append(w.acked, wave[i].Position)
			w.letGo(wave[i])
			continue
		}
		unsent++
		failed[wave[i].StreamID] = fmt.Errorf("publish message %s: %w", wave[i].EventID, err)
		w.held.Hold(wave[i].StreamID, wave[i].Position, w.config.MaxBackoff)
		w.metrics.failures.Inc()
		if refused, ok := errors.AsType[*outbox.Refused](err); ok {
			w.aside.Refuse(wave[i].Position, refused.Reason.Error())
		}
	}
}

func traceparentOf(m outbox.Message) string {
	if m.Traceparent == nil {
		return ""
	}
	return *m.Traceparent
}

// letGo ends the wait of the message's stream, and moves the cursor back. The next read then finds
// the later messages of the stream.
func (w *worker) letGo(m outbox.Message) {
	if w.held.Holds(m.StreamID) {
		w.held.Release(m.StreamID)
		w.cursor.GoBack(m.Position)
	}
}

// report logs one line about all streams whose messages were not accepted.
func (w *worker) report(ctx context.Context, failed map[uuid.UUID]error) {
	if ctx.Err() != nil {
		return
	}
	for stream, err := range failed {
		w.config.Logger.Warn("messages not published, their streams wait", "streams", len(failed), "one", stream, "error", err)
		return
	}
}

// alive returns the messages whose stream is not dead. alive passes the other messages to the
// dead.Aside, which moves them to dead_messages later.
func (w *worker) alive(batch []outbox.Message) []outbox.Message {
	return slices.DeleteFunc(batch, func(m outbox.Message) bool {
		if m.Dead {
			w.held.Release(m.StreamID)
			w.aside.Add(m.StreamID, m.Position)
		}
		return m.Dead
	})
}

// setAsideBehind moves later messages of dead streams (streams with a dead message) to
// dead_messages. One call moves only a limited number of messages.
func (w *worker) setAsideBehind(ctx context.Context) error {
	step, began := w.cursor.Step(), time.Now()
	restart, err := w.aside.MoveBehind(ctx, step, func() { w.cursor.TooLong(step, time.Since(began)) })
	if restart {
		w.cursor.Restart()
	}
	return err
}

// countRefusals counts the broker's refusals in the database. If the broker has refused a message
// too often, countRefusals moves the message to dead_messages.
func (w *worker) countRefusals(ctx context.Context) error {
	died, err := w.aside.CountRefusals(ctx)
	for _, m := range died {
		w.held.Release(m.StreamID)
		w.config.Logger.Error("a message that the broker refuses is set aside, with its stream's later ones: see ops messages list", "stream", m.StreamID)
	}
	return err
}

// remove deletes the messages that the broker has acknowledged. If another process has taken the
// lock meanwhile, remove fails, and that process publishes the rest of the batch.
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
