package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
)

// notSentError wraps a failure before the first byte: nothing was appended.
type notSentError struct{ error }

func (e *notSentError) Unwrap() error { return e.error }

// fate is what a failed flight proves.
type fate int

const (
	unknown    fate = iota // it may have committed
	notSent                // it never left
	rolledBack             // it did not commit, and may go through the next time
	refused                // it did not commit, and never will as it is
)

// fateOf reads a flight's error. Only SQLSTATEs that prove a rollback count as one:
// after anything else the COMMIT may have happened and its answer been lost.
func fateOf(err error) fate {
	if _, ok := errors.AsType[*notSentError](err); ok || pgconn.SafeToRetry(err) {
		return notSent
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return unknown
	}
	switch pgErr.Code {
	case "40001", "40P01", "55P03", "57014": // serialization, deadlock, lock timeout, statement timeout
		return rolledBack
	case "25006", "26000", "0A000": // read-only, as after a failover; no such prepared statement; its plan is out of date
		return rolledBack
	}
	switch class(pgErr) {
	case "53": // out of disk, memory or connections
		return rolledBack
	case "21", "22", "23", "42", "44", "54", "P0": // bad value, constraint, missing table or right, over a limit, raised by a trigger
		return refused
	}
	return unknown
}

// class is the first two characters of a SQLSTATE. Whatever speaks in the server's
// place may send none.
func class(err *pgconn.PgError) string { return err.Code[:min(2, len(err.Code))] }

// unavailable marks a failed read that may go through the next time: a read can't
// leave anything behind.
func unavailable(err error) error {
	if fateOf(err) == refused || errors.Is(err, events.ErrUnavailable) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", events.ErrUnavailable, err)
}

// fly sends a batch until each of its appends has an answer. It begins no flight after
// SettleFor, and so takes no longer than that and one flight.
func (s *Store) fly(ctx context.Context, batch []*pending) {
	deadline := time.Now().Add(s.config.SettleFor)
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(s.config.FlightFor))
	defer cancel()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if batch = s.taken(batch); len(batch) == 0 {
			return
		}
		started := time.Now()
		outcomes, err := s.send(ctx, batch)
		s.metrics.flight(batch, time.Since(started), err)
		s.noteFlight(err)
		if err == nil {
			s.land(ctx, batch, outcomes, deadline)
			return
		}
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
			s.finish(p, outcome{err: events.ErrUnavailable})
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

// giveUp answers the batch if sending it again would be wrong or useless.
func (s *Store) giveUp(ctx context.Context, batch []*pending, err error, deadline time.Time) bool {
	late := time.Now().After(deadline)
	switch fateOf(err) {
	case refused:
		s.flyApart(ctx, batch, err, deadline)
		return true
	case notSent:
		if late || !anyResent(batch) {
			s.fail(batch, err)
			return true
		}
	case unknown:
		for _, p := range batch {
			p.resent = true
		}
		s.freeLock(ctx, err)
		if late {
			s.fail(batch, err)
			return true
		}
	case rolledBack:
		s.freeLock(ctx, err)
		if late {
			s.fail(batch, err)
			return true
		}
	}
	return false
}

// freeLock ends whoever keeps the append lock and says nothing: a process that froze
// in the middle of a flight too large for one write. Nothing else makes a flight wait
// until its time is up, or the server's for a lock, and may not end by itself.
func (s *Store) freeLock(ctx context.Context, err error) {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !errors.Is(err, context.DeadlineExceeded) && (!ok || pgErr.Code != "55P03") {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, database.StallAfter)
	defer cancel()
	_ = database.EvictSilent(ctx, s.pool, appendLock) // the next flight says what is wrong
}

// appendLock is the key of the lock that lockSQL takes.
const appendLock = 7022354871391810670

// flyApart finds the append that the database refuses: the others go through.
func (s *Store) flyApart(ctx context.Context, batch []*pending, err error, deadline time.Time) {
	if len(batch) > 1 {
		for _, p := range batch {
			s.fly(ctx, []*pending{p})
		}
		return
	}
	s.landOne(ctx, batch[0], outcome{err: fmt.Errorf("append: %w", err)}, deadline)
}

// fail answers a batch that could not be sent.
func (s *Store) fail(batch []*pending, err error) {
	for _, p := range batch {
		if p.resent {
			s.finish(p, outcome{err: fmt.Errorf("%w: %w", events.ErrUnknownOutcome, err)})
		} else {
			s.finish(p, outcome{err: fmt.Errorf("%w: %w", events.ErrUnavailable, err)})
		}
	}
}

// land answers a batch that went through.
func (s *Store) land(ctx context.Context, batch []*pending, outcomes []outcome, deadline time.Time) {
	for i, p := range batch {
		s.landOne(ctx, p, outcomes[i], deadline)
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
