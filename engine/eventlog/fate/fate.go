package fate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/lock"
	"example.com/pgcqrs/engine/pg/failure"
)

// NotSentError wraps an error that occurred before the first byte of a flight was sent: nothing was
// appended.
type NotSentError struct{ Err error }

func (e *NotSentError) Error() string { return e.Err.Error() }

func (e *NotSentError) Unwrap() error { return e.Err }

// Fate is what an error proves about a flight.
type Fate int

// Fates of a flight that has failed.
const (
	Unknown    Fate = iota // the flight may have committed
	NotSent                // no byte of the flight was sent
	RolledBack             // the flight did not commit, and may succeed the next time
	HeldUp                 // the flight did not commit, because another session has locked a row that it needs
	Refused                // the flight did not commit, and never will in this form
)

// Of returns what the error of a flight proves. Of reports a rollback only for SQLSTATEs that prove
// a rollback: after any other error, the flight may have committed although its answer was lost.
func Of(err error) Fate {
	if _, ok := errors.AsType[*NotSentError](err); ok || pgconn.SafeToRetry(err) {
		return NotSent
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return Unknown
	}
	switch {
	case failure.RolledBack(err):
		return RolledBack
	case failure.Is(err, failure.LockNotAvailable, failure.QueryCanceled):
		return fateOfWait(pgErr)
	case failure.Refused(err):
		return Refused
	}
	return Unknown
}

// fateOfWait returns the fate of a flight that waited too long. The field Where of the error names
// the statement that waited, in a text that the server does not translate.
func fateOfWait(err *pgconn.PgError) Fate {
	switch {
	case strings.Contains(err.Where, lock.Statement):
		return RolledBack
	case strings.Contains(err.Where, "append_events("), strings.Contains(err.Where, "append_keys("):
		return HeldUp
	}
	return Unknown // a cancel may arrive after the COMMIT
}

// Unavailable adds event.ErrUnavailable to the error of a read that may succeed the next time, and
// returns any other error unchanged. A read that failed has no effect, so its caller can repeat it.
func Unavailable(err error) error {
	if Of(err) == Refused || errors.Is(err, event.ErrUnavailable) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}
