package relay

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/cursor"
)

// read returns the next messages. A failover to the required standby can't lose the events of these
// messages. The read and the wait for the standby take at most ReadFor each. The result more is
// true if another read would find more messages.
func (w *worker) read(ctx context.Context) (messages []outbox.Message, more bool, err error) {
	due := w.held.Due(w.config.MaxBatch)
	left := append(w.held.All(), w.aside.Streams()...)
	found, err := w.cursor.Read(ctx, w.conn, left, due)
	if err != nil {
		return nil, false, fmt.Errorf("read outbox: %w", err)
	}
	w.told = time.Now()
	return found.Messages, w.settle(found, due, len(left) == 0), nil
}

// settle records the result of a read. The parameter all is true if the read left no stream out.
// settle reports whether another read would find more messages.
func (w *worker) settle(found *cursor.Batch, due []int64, all bool) (more bool) {
	there := make(map[int64]bool, len(due))
	var last cursor.Anchor
	count := 0
	for _, m := range found.Messages {
		if w.held.Holds(m.StreamID) {
			there[m.Position] = true
			continue
		}
		last, count = cursor.Anchor{Position: m.Position, ID: m.EventID}, count+1
	}
	if w.cursor.Redriven(found) {
		w.aside.Redriven()
	}
	w.cursor.Settle(found, count, last, all && len(found.Messages) == 0)
	return found.Cut || !found.AtEnd || w.releaseGone(due, there, found.Cut) || len(due) == w.config.MaxBatch
}

// releaseGone ends the wait of streams whose waiting message is not in the outbox any more, because
// somebody has deleted the message.
func (w *worker) releaseGone(due []int64, there map[int64]bool, cut bool) (released bool) {
	if cut || len(there) == len(due) {
		return false
	}
	gone := make(map[int64]bool, len(due))
	for _, position := range due {
		gone[position] = !there[position]
	}
	for stream, p := range w.held {
		if gone[p.Position] {
			w.held.Release(stream)
			w.cursor.GoBack(p.Position)
			released = true
		}
	}
	return released
}
