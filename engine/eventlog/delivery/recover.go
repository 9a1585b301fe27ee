package delivery

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// find looks in the log for the events of a batch, by their ids, and returns the appends whose
// events are in the log.
func (d *Deliverer) find(ctx context.Context, batch []*Pending) (map[*Pending]flight.Outcome, error) {
	var ids [][16]byte
	for _, p := range batch {
		for _, e := range p.Rows.Events {
			ids = append(ids, e.ID)
		}
	}
	rests := d.config.History.BasisOfRead()
	places, last, err := d.config.Sender.Find(ctx, ids)
	if err != nil {
		return nil, err
	}
	d.config.History.Advance(&epoch.Basis{Epoch: rests.Epoch}, last) // no single read has found this mark and the known marks in the log, so the basis keeps the known marks
	found := make(map[*Pending]flight.Outcome)
	for _, p := range batch {
		if appended, ok := p.Rows.Locate(places); ok {
			found[p] = flight.Outcome{Appended: appended}
		}
	}
	return found, nil
}

// answerDoubtful answers an append that was sent twice and was refused the second time.
// answerDoubtful first looks for the events of the append in the log, because the first attempt may
// have appended them.
func (d *Deliverer) answerDoubtful(ctx context.Context, p *Pending, refusal flight.Outcome, deadline time.Time) {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		found, err := d.find(ctx, []*Pending{p})
		if err == nil {
			if located, ok := found[p]; ok {
				refusal = located
			}
			d.answer(p, refusal)
			return
		}
		if time.Now().After(deadline) {
			d.answerFailed([]*Pending{p}, err)
			return
		}
		time.Sleep(wait)
	}
}

// answerOne answers an append with the given outcome. If the append was sent twice and then
// refused, answerOne first looks for its events in the log, because the first attempt may have
// appended them.
func (d *Deliverer) answerOne(ctx context.Context, p *Pending, out flight.Outcome, deadline time.Time) {
	if p.resent && out.Err != nil {
		d.answerDoubtful(ctx, p, out, deadline)
		return
	}
	d.answer(p, out)
}

// answerBatch answers the appends of a committed batch. answerBatch first answers the appends whose
// outcome is certain. answerBatch then looks for the events of the other appends in the log, and
// answers these appends.
func (d *Deliverer) answerBatch(ctx context.Context, batch []*Pending, outcomes []flight.Outcome, deadline time.Time, next func()) {
	var doubtful []int
	for i, p := range batch {
		if p.resent && outcomes[i].Err != nil {
			doubtful = append(doubtful, i)
			continue
		}
		d.answer(p, outcomes[i])
	}
	if len(doubtful) > 0 {
		next()
	}
	for _, i := range doubtful {
		d.answerDoubtful(ctx, batch[i], outcomes[i], deadline)
	}
}

// answerFound looks in the log for the events of those appends of a batch that an earlier attempt
// may have committed. answerFound answers the appends whose events are in the log, and returns the
// remaining appends.
func (d *Deliverer) answerFound(ctx context.Context, batch []*Pending) []*Pending {
	if !anyResent(batch) {
		return batch
	}
	found, err := d.find(ctx, batch)
	if err != nil {
		return batch // sending the batch again is safe: with the same ids and versions, no event is appended twice
	}
	missing := make([]*Pending, 0, len(batch))
	for _, p := range batch {
		if located, ok := found[p]; ok {
			d.answer(p, located)
		} else {
			missing = append(missing, p)
		}
	}
	return missing
}

// anyResent reports whether an earlier attempt may have committed any append of the batch.
func anyResent(batch []*Pending) bool {
	for _, p := range batch {
		if p.resent {
			return true
		}
	}
	return false
}
