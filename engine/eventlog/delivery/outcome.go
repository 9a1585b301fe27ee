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

// answerFailed answers the appends of a batch that could not be sent: with event.ErrUnknownOutcome
// if an earlier flight may have committed the append, otherwise with event.ErrUnavailable.
func (d *Deliverer) answerFailed(batch []*Pending, err error) {
	for _, p := range batch {
		if p.resent {
			d.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnknownOutcome, err)})
		} else {
			d.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnavailable, err)})
		}
	}
}

// ErrKeysRefused says that nothing was appended because the database refused the keys of personal
// data that the chain needs.
var ErrKeysRefused = errors.New("the keys of personal data have changed")

// explainRefusal returns the error for an append whose content the database has refused.
func explainRefusal(err error) error {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && (pgErr.ConstraintName == "other_key" || pgErr.ConstraintName == "not_retired") {
		return fmt.Errorf("%w: %w", ErrKeysRefused, err)
	}
	return fmt.Errorf("append: %w", err)
}
