package relay

import (
	"context"
	"errors"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/outbox"
)

// maxHeld limits how many streams may wait. If more streams waited, the query for the messages of
// the other streams would take too long.
const maxHeld = 10_000

var errBrokerAway = errors.New("the broker takes nothing")

// run publishes messages until an error occurs or ctx ends. While the outbox is empty, run reads
// it at intervals; these reads also keep the session lock.
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

// relay publishes one batch of messages. The batch begins where the last batch ended. For a stream
// that waits, relay sends only the first message, and only after the stream's backoff has ended. A
// message that the broker did not accept stays in the outbox; after too many refusals, the message
// is moved to dead_messages. The result more is true if the outbox has more messages.
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

// nextWave divides the messages of the batch into two lists, and leaves out messages of streams in
// the map failed. The list wave has the first message of each stream, and the list rest has all
// other messages. Both lists keep the order of the batch.
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
