package delivery

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// answer gives an append's caller its outcome, and counts it.
func (d *Deliverer) answer(p *Pending, out flight.Outcome) {
	d.metrics.countOutcome(p, out.Err)
	p.done <- out
}

// answerFailed answers a batch that could not be sent.
func (d *Deliverer) answerFailed(batch []*Pending, err error) {
	for _, p := range batch {
		if p.resent {
			d.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnknownOutcome, err)})
		} else {
			d.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnavailable, err)})
		}
	}
}

// ErrKeysRefused says that nothing was appended because the database has refused keys of the chain.
var ErrKeysRefused = errors.New("the keys of personal data have changed")

// explainRefusal returns the error of an append whose content the database refuses.
func explainRefusal(err error) error {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && (pgErr.ConstraintName == "other_key" || pgErr.ConstraintName == "not_retired") {
		return fmt.Errorf("%w: %w", ErrKeysRefused, err)
	}
	return fmt.Errorf("append: %w", err)
}
