package eventstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// unavailable marks a failed read that may go through the next time: a read can't
// leave anything behind.
func unavailable(err error) error {
	if fateOf(err) == refused || errors.Is(err, event.ErrUnavailable) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

// fly sends a batch until each of its appends has an answer. It begins no flight after
// SettleFor, and so takes no longer than that and one flight. It calls next when it is done,
// and before that as soon as others need not wait for it.
func (s *Store) fly(ctx context.Context, batch []*pending, next func()) {
	defer next()
	deadline := time.Now().Add(s.config.SettleFor)
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(s.config.FlightFor))
	defer cancel()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if batch = s.taken(batch); len(batch) == 0 {
			return
		}
		started := time.Now()
		rests, err := s.current(ctx)
		if batch = s.turnBack(ctx, batch, deadline); len(batch) == 0 {
			return
		}
		var outcomes []outcome
		if err == nil {
			outcomes, err = s.send(ctx, batch, rests)
		} else {
			err = &notSentError{err}
		}
		s.metrics.flight(batch, time.Since(started), err)
		s.noteFlight(batch, err)
		if err == nil {
			s.land(ctx, batch, outcomes, deadline, next)
			return
		}
		next()
		if s.giveUp(ctx, batch, err, deadline) {
			return
		}
		putBack(batch)
		time.Sleep(wait)
		if batch = s.landFound(ctx, batch); len(batch) == 0 {
			return
		}
	}
}

// taken returns the appends of a batch that nobody has withdrawn.
func (s *Store) taken(batch []*pending) []*pending {
	left := make([]*pending, 0, len(batch))
	for _, p := range batch {
		if p.take() {
			left = append(left, p)
		} else {
			s.finish(p, outcome{err: event.ErrUnavailable})
		}
	}
	return left
}

// turnBack answers the appends that were encoded before the log changed, and returns the
// others: what they rest on was dropped. It is called after current.
func (s *Store) turnBack(ctx context.Context, batch []*pending, deadline time.Time) []*pending {
	changes := s.epochs.changes.Load()
	if !slices.ContainsFunc(batch, func(p *pending) bool { return p.changes != changes }) {
		return batch
	}
	left := batch[:0:0]
	for _, p := range batch {
		if p.changes == changes {
			left = append(left, p)
		} else {
			s.landOne(ctx, p, outcome{err: event.ErrLogChanged}, deadline)
		}
	}
	return left
}

// putBack lets appends be withdrawn of which it is certain that no flight has appended them.
func putBack(batch []*pending) {
	for _, p := range batch {
		if !p.resent {
			p.putBack()
		}
	}
}

// giveUp answers the batch if sending it again would be wrong or useless, and takes it apart
// if one append may be to blame.
func (s *Store) giveUp(ctx context.Context, batch []*pending, err error, deadline time.Time) bool {
	late := time.Now().After(deadline)
	switch fateOf(err) {
	case refused:
		if !s.flyApart(ctx, batch) {
			s.landOne(ctx, batch[0], outcome{err: refusal(err)}, deadline)
		}
		return true
	case heldUp:
		if !late && s.flyApart(ctx, batch) {
			return true
		}
		if late {
			s.fail(batch, err)
		}
		return late
	case notSent:
		if late || !anyResent(batch) {
			s.fail(batch, err)
			return true
		}
	case unknown:
		for _, p := range batch {
			p.resent = true
		}
		fallthrough
	case rolledBack:
		if late {
			s.fail(batch, err)
			return true
		}
	}
	return false
}

// refusal is what an append is told that the database refuses for what is in it.
func refusal(err error) error {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && (pgErr.ConstraintName == "other_key" || pgErr.ConstraintName == "not_retired") {
		return fmt.Errorf("%w: %w", errKeysRefused, err)
	}
	return fmt.Errorf("append: %w", err)
}

// flyApart finds the append that can't go through: the others do. It halves the batch, and
// returns false for one that can't be.
func (s *Store) flyApart(ctx context.Context, batch []*pending) bool {
	if len(batch) == 1 {
		return false
	}
	for _, half := range [][]*pending{batch[:len(batch)/2], batch[len(batch)/2:]} {
		s.fly(ctx, half, func() {})
	}
	return true
}

// fail answers a batch that could not be sent.
func (s *Store) fail(batch []*pending, err error) {
	for _, p := range batch {
		if p.resent {
			s.finish(p, outcome{err: fmt.Errorf("%w: %w", event.ErrUnknownOutcome, err)})
		} else {
			s.finish(p, outcome{err: fmt.Errorf("%w: %w", event.ErrUnavailable, err)})
		}
	}
}

// land answers a batch that went through, those first of which it knows.
func (s *Store) land(ctx context.Context, batch []*pending, outcomes []outcome, deadline time.Time, next func()) {
	var doubtful []int
	for i, p := range batch {
		if p.resent && outcomes[i].err != nil {
			doubtful = append(doubtful, i)
			continue
		}
		s.finish(p, outcomes[i])
	}
	if len(doubtful) > 0 {
		next()
	}
	for _, i := range doubtful {
		s.landDoubtful(ctx, batch[i], outcomes[i], deadline)
	}
}

// landOne answers an append. One that was sent twice and is refused may have been
// refused because of itself.
func (s *Store) landOne(ctx context.Context, p *pending, out outcome, deadline time.Time) {
	if p.resent && out.err != nil {
		s.landDoubtful(ctx, p, out, deadline)
		return
	}
	s.finish(p, out)
}

func (s *Store) landDoubtful(ctx context.Context, p *pending, refusal outcome, deadline time.Time) {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		found, err := s.find(ctx, []*pending{p})
		if err == nil {
			if landed, ok := found[p]; ok {
				refusal = landed
			}
			s.finish(p, refusal)
			return
		}
		if time.Now().After(deadline) {
			s.fail([]*pending{p}, err)
			return
		}
		time.Sleep(wait)
	}
}

// landFound answers the appends that are in the log after all, and returns the others.
func (s *Store) landFound(ctx context.Context, batch []*pending) []*pending {
	if !anyResent(batch) {
		return batch
	}
	found, err := s.find(ctx, batch)
	if err != nil {
		return batch // sending them again is safe: their ids and versions are the same
	}
	missing := make([]*pending, 0, len(batch))
	for _, p := range batch {
		if landed, ok := found[p]; ok {
			s.finish(p, landed)
		} else {
			missing = append(missing, p)
		}
	}
	return missing
}

func anyResent(batch []*pending) bool {
	for _, p := range batch {
		if p.resent {
			return true
		}
	}
	return false
}
