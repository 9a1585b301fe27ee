package write

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// find looks a batch's chains up by their events' ids.
func (w *Writer) find(ctx context.Context, batch []*pending) (map[*pending]flight.Outcome, error) {
	var ids [][16]byte
	for _, p := range batch {
		for _, e := range p.rows.Events {
			ids = append(ids, e.ID)
		}
	}
	rests := w.config.History.BasisOfRead()
	places, last, err := w.config.Sender.Find(ctx, ids)
	if err != nil {
		return nil, err
	}
	w.config.History.Advance(&epoch.Basis{Epoch: rests.Epoch}, last) // beside the marks that there are: nobody has seen them together
	found := make(map[*pending]flight.Outcome)
	for _, p := range batch {
		if appended, ok := p.rows.Locate(places); ok {
			found[p] = flight.Outcome{Appended: appended}
		}
	}
	return found, nil
}

// answerDoubtful answers an append that was sent twice and is refused: it may be in the log.
func (w *Writer) answerDoubtful(ctx context.Context, p *pending, refusal flight.Outcome, deadline time.Time) {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		found, err := w.find(ctx, []*pending{p})
		if err == nil {
			if landed, ok := found[p]; ok {
				refusal = landed
			}
			w.answer(p, refusal)
			return
		}
		if time.Now().After(deadline) {
			w.answerFailed([]*pending{p}, err)
			return
		}
		time.Sleep(wait)
	}
}

// answerOne answers an append. One that was sent twice and is refused may have been
// refused because of itself.
func (w *Writer) answerOne(ctx context.Context, p *pending, out flight.Outcome, deadline time.Time) {
	if p.resent && out.Err != nil {
		w.answerDoubtful(ctx, p, out, deadline)
		return
	}
	w.answer(p, out)
}

// answerBatch answers a batch that went through, those first of which it knows.
func (w *Writer) answerBatch(ctx context.Context, batch []*pending, outcomes []flight.Outcome, deadline time.Time, next func()) {
	var doubtful []int
	for i, p := range batch {
		if p.resent && outcomes[i].Err != nil {
			doubtful = append(doubtful, i)
			continue
		}
		w.answer(p, outcomes[i])
	}
	if len(doubtful) > 0 {
		next()
	}
	for _, i := range doubtful {
		w.answerDoubtful(ctx, batch[i], outcomes[i], deadline)
	}
}

// answerFound answers the appends that are in the log after all, and returns the others.
func (w *Writer) answerFound(ctx context.Context, batch []*pending) []*pending {
	if !anyResent(batch) {
		return batch
	}
	found, err := w.find(ctx, batch)
	if err != nil {
		return batch // sending them again is safe: their ids and versions are the same
	}
	missing := make([]*pending, 0, len(batch))
	for _, p := range batch {
		if landed, ok := found[p]; ok {
			w.answer(p, landed)
		} else {
			missing = append(missing, p)
		}
	}
	return missing
}

// anyResent reports whether an earlier flight may have committed a chain of a batch.
func anyResent(batch []*pending) bool {
	for _, p := range batch {
		if p.resent {
			return true
		}
	}
	return false
}
