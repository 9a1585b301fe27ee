package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
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
	readFor   = 30 * time.Second // unless Config has another one
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
	place     place
	held      held
	dead      deadStreams      // whose messages are being set aside
	missed    bool             // a read that left dead streams out was the first one after a redrive
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
		more, err := w.relay(ctx)
		switch {
		case err != nil:
			return err
		case len(w.held) > maxHeld:
			return errBrokerAway
		case more || len(w.dead) > 0 && !w.busy:
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

// relay publishes one batch from where the last one ended. Of a stream that is held it
// sends the first message alone, once its pause is over. It says whether there are more. Those
// that the broker did not take stay, unless it has refused them too often.
func (w *worker) relay(ctx context.Context) (more bool, err error) {
	if err := w.setAsideBehind(ctx); err != nil {
		return false, err
	}
	batch, more, err := w.read(ctx)
	if err != nil {
		return false, err
	}
	before := w.place.passed
	failed := make(map[uuid.UUID]error)
	for wave, rest := nextWave(w.alive(batch), failed); len(wave) > 0 && ctx.Err() == nil; wave, rest = nextWave(rest, failed) {
		w.publish(ctx, wave, failed)
		if time.Since(w.told) < tellEvery {
			continue
		}
		if err := w.remove(context.WithoutCancel(ctx)); err != nil {
			return false, err
		}
	}
	w.report(ctx, failed)
	if len(w.acked) > 0 {
		if err := w.remove(context.WithoutCancel(ctx)); err != nil {
			return false, err
		}
	}
	return more || w.place.passed < before, w.countRefusals(ctx)
}

// awaitStandby returns once all that was read before would survive a promotion. Its COMMIT waits for the required standby;
// where none is required, or nothing was read, awaits is false.
func (w *worker) awaitStandby(ctx context.Context, awaits bool) error {
	if awaits {
		err := w.bounded(ctx, func(ctx context.Context) error {
			_, err := w.conn.Exec(ctx, `SELECT `+database.AwaitStandby)
			return err
		})
		if err != nil {
			return fmt.Errorf("wait for the standby: %w", err)
		}
	}
	return database.CheckStandby(w.conn)
}

// bounded gives work ReadFor.
func (w *worker) bounded(ctx context.Context, work func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, w.config.ReadFor)
	defer cancel()
	return work(ctx)
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
			w.letGo(wave[i])
			continue
		}
		failed[wave[i].StreamID] = fmt.Errorf("publish message %s: %w", wave[i].EventID, err)
		w.held.hold(wave[i].StreamID, wave[i].Position, w.config.MaxBackoff)
		w.metrics.failures.Inc()
		if refused, ok := errors.AsType[*Refused](err); ok {
			w.refused[wave[i].Position] = refused.Reason.Error()
		}
	}
}

// letGo ends the hold of a message's stream, and goes back to what stands behind the message.
func (w *worker) letGo(m Message) {
	if w.held.holds(m.StreamID) {
		w.held.release(m.StreamID)
		w.place.goBack(m.Position)
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
			w.held.release(m.StreamID)
			w.dead.add(m.StreamID, m.Position)
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
