package write

import (
	"context"
	"slices"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/failure"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// sendBatch sends a batch until each of its appends has an answer. It begins no flight after
// SettleFor, and so takes no longer than that and one flight. It calls next when it is done,
// and before that as soon as others need not wait for it.
func (w *Writer) sendBatch(ctx context.Context, batch []*pending, next func()) {
	defer next()
	deadline := time.Now().Add(w.config.SettleFor)
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(w.config.FlightFor))
	defer cancel()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if batch = w.dropWithdrawn(batch); len(batch) == 0 {
			return
		}
		started := time.Now()
		rests, err := w.config.History.BasisOfFlight(ctx)
		if batch = w.answerOutdated(ctx, batch, deadline); len(batch) == 0 {
			return
		}
		var outcomes []flight.Outcome
		if err == nil {
			outcomes, err = w.sendFlight(ctx, batch, rests)
		} else {
			err = &failure.NotSentError{Err: err}
		}
		w.metrics.flight(batch, time.Since(started), err)
		w.config.Ready.NoteFlight(len(batch), batch[0].rows.Streams[0].ID, err)
		if err == nil {
			w.answerBatch(ctx, batch, outcomes, deadline, next)
			return
		}
		next()
		if w.giveUp(ctx, batch, err, deadline) {
			return
		}
		putBackBatch(batch)
		time.Sleep(wait)
		if batch = w.answerFound(ctx, batch); len(batch) == 0 {
			return
		}
	}
}

// dropWithdrawn returns the appends of a batch that nobody has withdrawn.
func (w *Writer) dropWithdrawn(batch []*pending) []*pending {
	left := make([]*pending, 0, len(batch))
	for _, p := range batch {
		if p.take() {
			left = append(left, p)
		} else {
			w.answer(p, flight.Outcome{Err: event.ErrUnavailable})
		}
	}
	return left
}

// answerOutdated answers the appends that were encoded before the log changed, and returns the
// others: what they rest on was dropped. It is called after BasisOfFlight.
func (w *Writer) answerOutdated(ctx context.Context, batch []*pending, deadline time.Time) []*pending {
	changes := w.config.History.Changes()
	if !slices.ContainsFunc(batch, func(p *pending) bool { return p.changes != changes }) {
		return batch
	}
	left := batch[:0:0]
	for _, p := range batch {
		if p.changes == changes {
			left = append(left, p)
		} else {
			w.answerOne(ctx, p, flight.Outcome{Err: event.ErrLogChanged}, deadline)
		}
	}
	return left
}

// putBackBatch lets appends be withdrawn of which it is certain that no flight has appended them.
func putBackBatch(batch []*pending) {
	for _, p := range batch {
		if !p.resent {
			p.putBack()
		}
	}
}

// giveUp answers the batch if sending it again would be wrong or useless, and takes it apart
// if one append may be to blame.
func (w *Writer) giveUp(ctx context.Context, batch []*pending, err error, deadline time.Time) bool {
	late := time.Now().After(deadline)
	switch failure.Of(err) {
	case failure.Refused:
		if !w.sendHalves(ctx, batch) {
			w.answerOne(ctx, batch[0], flight.Outcome{Err: explainRefusal(err)}, deadline)
		}
		return true
	case failure.HeldUp:
		if !late && w.sendHalves(ctx, batch) {
			return true
		}
		if late {
			w.answerFailed(batch, err)
		}
		return late
	case failure.NotSent:
		if late || !anyResent(batch) {
			w.answerFailed(batch, err)
			return true
		}
	case failure.Unknown:
		for _, p := range batch {
			p.resent = true
		}
		fallthrough
	case failure.RolledBack:
		if late {
			w.answerFailed(batch, err)
			return true
		}
	}
	return false
}

// sendHalves finds the append that can't go through: the others do. It halves the batch, and
// returns false for one that can't be.
func (w *Writer) sendHalves(ctx context.Context, batch []*pending) bool {
	if len(batch) == 1 {
		return false
	}
	for _, half := range [][]*pending{batch[:len(batch)/2], batch[len(batch)/2:]} {
		w.sendBatch(ctx, half, func() {})
	}
	return true
}
