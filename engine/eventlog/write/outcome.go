package write

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// answer tells an append's caller its outcome, and counts it.
func (w *Writer) answer(p *pending, out flight.Outcome) {
	w.metrics.outcome(p, out.Err)
	p.done <- out
}

// answerFailed answers a batch that could not be sent.
func (w *Writer) answerFailed(batch []*pending, err error) {
	for _, p := range batch {
		if p.resent {
			w.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnknownOutcome, err)})
		} else {
			w.answer(p, flight.Outcome{Err: fmt.Errorf("%w: %w", event.ErrUnavailable, err)})
		}
	}
}

// errKeysRefused says that nothing was appended, because the database has refused keys of the chain's.
var errKeysRefused = errors.New("the keys of personal data have changed")

// explainRefusal returns what an append is told that the database refuses for what is in it.
func explainRefusal(err error) error {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && (pgErr.ConstraintName == "other_key" || pgErr.ConstraintName == "not_retired") {
		return fmt.Errorf("%w: %w", errKeysRefused, err)
	}
	return fmt.Errorf("append: %w", err)
}
