package relay

import (
	"context"
	"errors"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/outbox"
)

// maxHeld bounds the streams that wait: the more there are, the longer a query for the others
// takes.
const maxHeld = 10_000

var errBrokerAway = errors.New("the broker takes nothing")

// run publishes until something fails. Without messages it looks for them again and again, which
// also keeps the lock.
func (w *worker) run(ctx context.Context) error {
	for ctx.Err() == nil {
		more, err := w.relay(ctx)
		switch {
		case err != nil:
			return err
		case len(w.held) > maxHeld:
			return errBrokerAway
		case more || w.aside.Waits():
			continue
		}
		select {
		case <-ctx.Done():
		case <-w.config.Wake:
		case <-time.After(min(w.config.Poll, lock.StallAfter/2, w.held.Next())):
		}
	}
	return ctx.Err()
}

// relay publishes one batch from where the last one ended. Of a stream that waits it sends only the
// first message, once its backoff is over. Messages that the broker did not take stay, unless it
// has refused them too often. more says that there are more messages.
func (w *worker) relay(ctx context.Context) (more bool, err error) {
	if err := w.setAsideBehind(ctx); err != nil {
		return false, err
	}
	batch, more, err := w.read(ctx)
	if err != nil {
		return false, err
	}
	before := w.cursor.Passed()
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
	return more || w.cursor.Passed() < before, w.countRefusals(ctx)
}

// nextWave returns the first message of each stream that has not failed, in order, and the others.
func nextWave(batch []outbox.Message, failed map[uuid.UUID]error) (wave, rest []outbox.Message) {
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
