package delivery

import (
	"context"
	"slices"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/fate"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// Deliver sends a batch of appends to the database, and sends the appends without an answer again,
// until each append has an answer. Each attempt is one transaction, called a flight. After the time
// SettleFor has passed, Deliver does not send the batch again. Deliver calls the function next as
// soon as the next batch may be sent, but not later than when Deliver returns.
func (d *Deliverer) Deliver(ctx context.Context, batch []*Pending, next func()) {
	defer next()
	deadline := time.Now().Add(d.config.SettleFor)
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(d.config.FlightFor))
	defer cancel()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if batch = d.dropWithdrawn(batch); len(batch) == 0 {
			return
		}
		started := time.Now()
		rests, err := d.config.History.BasisOfFlight(ctx)
		if batch = d.answerOutdated(ctx, batch, deadline); len(batch) == 0 {
			return
		}
		var outcomes []flight.Outcome
		span := startSpan(ctx, batch)
		if err == nil {
			outcomes, err = d.sendFlight(ctx, batch, rests)
		} else {
			err = &fate.NotSentError{Err: err}
		}
		d.metrics.countFlight(batch, time.Since(started), err, span)
		endSpan(span, batch, outcomes, err)
		d.config.Ready.NoteFlight(len(batch), batch[0].Rows.Streams[0].ID, err)
		if err == nil {
			d.answerBatch(ctx, batch, outcomes, deadline, next)
			return
		}
		next()
		if d.giveUp(ctx, batch, err, deadline) {
			return
		}
		putBackBatch(batch)
		time.Sleep(wait)
		if batch = d.answerFound(ctx, batch); len(batch) == 0 {
			return
		}
	}
}

// dropWithdrawn answers the appends of a batch whose callers have stopped waiting before the
// appends were sent. dropWithdrawn returns the remaining appends.
func (d *Deliverer) dropWithdrawn(batch []*Pending) []*Pending {
	left := make([]*Pending, 0, len(batch))
	for _, p := range batch {
		if p.take() {
			left = append(left, p)
		} else {
			d.answer(p, flight.Outcome{Err: event.ErrUnavailable})
		}
	}
	return left
}

// answerOutdated answers appends with event.ErrLogChanged if they were encoded before the log went
// back to an earlier state. These appends were decided on states that are no longer valid.
// answerOutdated returns the remaining appends. The caller must first call BasisOfFlight, which
// notices whether the log went back.
func (d *Deliverer) answerOutdated(ctx context.Context, batch []*Pending, deadline time.Time) []*Pending {
	changes := d.config.History.Changes()
	if !slices.ContainsFunc(batch, func(p *Pending) bool { return p.changes != changes }) {
		return batch
	}
	left := batch[:0:0]
	for _, p := range batch {
		if p.changes == changes {
			left = append(left, p)
		} else {
			d.answerOne(ctx, p, flight.Outcome{Err: event.ErrLogChanged}, deadline)
		}
	}
	return left
}

// putBackBatch marks the appends of a batch as not sent, so that their callers can withdraw them
// again. Appends that an earlier attempt may have committed are not marked.
func putBackBatch(batch []*Pending) {
	for _, p := range batch {
		if !p.resent {
			p.putBack()
		}
	}
}

// giveUp decides what to do after an attempt to send a batch has failed. If sending the batch again
// would be wrong or useless, giveUp answers all its appends and returns true. If one append may
// have caused the error, giveUp delivers the two halves of the batch separately and returns true.
// Otherwise giveUp returns false, and the caller must send the batch again.
func (d *Deliverer) giveUp(ctx context.Context, batch []*Pending, err error, deadline time.Time) bool {
	late := time.Now().After(deadline)
	switch fate.Of(err) {
	case fate.Refused:
		if !d.deliverHalves(ctx, batch) {
			d.answerOne(ctx, batch[0], flight.Outcome{Err: explainRefusal(err)}, deadline)
		}
		return true
	case fate.HeldUp:
		if !late && d.deliverHalves(ctx, batch) {
			return true
		}
		if late {
			d.answerFailed(batch, err)
		}
		return late
	case fate.NotSent:
		if late || !anyResent(batch) {
			d.answerFailed(batch, err)
			return true
		}
	case fate.Unknown:
		for _, p := range batch {
			p.resent = true
		}
		fallthrough
	case fate.RolledBack:
		if late {
			d.answerFailed(batch, err)
			return true
		}
	}
	return false
}

// deliverHalves delivers the two halves of a batch separately and returns true. Repeated halving
// isolates an append that can't succeed, so that the other appends of the batch succeed. For a
// batch of one append, deliverHalves does nothing and returns false.
func (d *Deliverer) deliverHalves(ctx context.Context, batch []*Pending) bool {
	if len(batch) == 1 {
		return false
	}
	for _, half := range [][]*Pending{batch[:len(batch)/2], batch[len(batch)/2:]} {
		d.Deliver(ctx, half, func() {})
	}
	return true
}
