package delivery

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// answer sends the outcome of an append to its caller, and counts the outcome.
func (d *Deliverer) answer(p *Pending, out flight.Outcome) {
	d.metrics.countOutcome(p, out.Err)
	p.done <- out
}

// answerFailed answers the appends of a batch that has failed and will not be sent again. If an
// earlier attempt may have committed an append, the answer to this append is
// event.ErrUnknownOutcome; otherwise the answer is event.ErrUnavailable.
func (d *Deliverer) answerFailed(batch []*Pending, err error) {
	for _, p := range batch {
		if p.resent {
			d.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnknownOutcome, err)})
		} else {
			d.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnavailable, err)})
		}
	}
}

// ErrKeysRefused says that nothing was appended, because the database refused to store encryption
// keys with which personal data in the events was encrypted.
var ErrKeysRefused = errors.New("the keys of personal data have changed")

// explainRefusal returns the error for the caller of an append whose content the database has
// refused.
func explainRefusal(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case ok && (pgErr.ConstraintName == "other_key" || pgErr.ConstraintName == "not_retired"):
		return fmt.Errorf("%w: %w", ErrKeysRefused, err)
	case ok && pgErr.ConstraintName == "events_event_id_key":
		return fmt.Errorf("%w: %w", event.ErrRecorded, err)
	}
	return fmt.Errorf("append: %w", err)
}
