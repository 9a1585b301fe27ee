package delivery

import (
	"context"
	"slices"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/fate"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// Deliver sends a batch, again if necessary, until each append of the batch has an answer. Deliver
// begins no flight later than SettleFor after the call of Deliver, so it returns within SettleFor
// plus the time of one flight. Deliver calls the function next as soon as other batches need not
// wait for this one, at the latest when Deliver returns.
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
		if err == nil {
			outcomes, err = d.sendFlight(ctx, batch, rests)
		} else {
			err = &fate.NotSentError{Err: err}
		}
		d.metrics.countFlight(batch, time.Since(started), err)
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

// dropWithdrawn answers the appends of a batch that their callers have withdrawn, and returns the
// other appends.
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

// answerOutdated answers with event.ErrLogChanged the appends that were encoded before the log
// changed, because the states on which these appends rest were dropped, and returns the other
// appends. answerOutdated must be called after BasisOfFlight.
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

// putBackBatch allows callers to withdraw the appends of a batch again, except the appends that an
// earlier flight may have committed.
func putBackBatch(batch []*Pending) {
	for _, p := range batch {
		if !p.resent {
			p.putBack()
		}
	}
}

// giveUp reports whether all appends of the batch have an answer now. giveUp answers the batch if
// sending it again would be wrong or useless, and delivers the batch in halves if one of its
// appends may be the cause of the error. giveUp returns false if the batch must be sent again.
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

// deliverHalves delivers the two halves of a batch separately, so that only the append that can't
// succeed fails, and returns true. deliverHalves returns false for a batch of one append.
func (d *Deliverer) deliverHalves(ctx context.Context, batch []*Pending) bool {
	if len(batch) == 1 {
		return false
	}
	for _, half := range [][]*Pending{batch[:len(batch)/2], batch[len(batch)/2:]} {
		d.Deliver(ctx, half, func() {})
	}
	return true
}
