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

// NotSentError wraps a failure before the first byte was sent: nothing was appended.
type NotSentError struct{ Err error }

func (e *NotSentError) Error() string { return e.Err.Error() }

func (e *NotSentError) Unwrap() error { return e.Err }

// Fate is what an error proves about a flight.
type Fate int

// Fates of a flight that has failed.
const (
	Unknown    Fate = iota // it may have committed
	NotSent                // nothing was sent
	RolledBack             // it did not commit, and may succeed the next time
	HeldUp                 // it did not commit: another session has locked a row that it needs
	Refused                // it did not commit, and never will in this form
)

// Of returns what a flight's error proves. Only SQLSTATEs that prove a rollback count as one: after
// any other error the COMMIT may have happened and its answer been lost.
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

// fateOfWait reads the error of a flight that waited too long. Its context names the statement that
// waited, in a text that the server does not translate.
func fateOfWait(err *pgconn.PgError) Fate {
	switch {
	case strings.Contains(err.Where, lock.Statement):
		return RolledBack
	case strings.Contains(err.Where, "append_events("), strings.Contains(err.Where, "append_keys("):
		return HeldUp
	}
	return Unknown // a cancel may arrive when the COMMIT is done
}

// Unavailable marks a failed read that may succeed the next time: a read leaves nothing behind.
func Unavailable(err error) error {
	if Of(err) == Refused || errors.Is(err, event.ErrUnavailable) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}
