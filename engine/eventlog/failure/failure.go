package failure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/lock"
)

// NotSentError wraps a failure before the first byte: nothing was appended.
type NotSentError struct{ Err error }

func (e *NotSentError) Error() string { return e.Err.Error() }

func (e *NotSentError) Unwrap() error { return e.Err }

// Fate is what a failed flight proves.
type Fate int

// Fates of a flight that has failed.
const (
	Unknown    Fate = iota // it may have committed
	NotSent                // it never left
	RolledBack             // it did not commit, and may go through the next time
	HeldUp                 // it did not commit: somebody else has locked a row that it needs
	Refused                // it did not commit, and never will as it is
)

// Of reads a flight's error. Only SQLSTATEs that prove a rollback count as one:
// after anything else the COMMIT may have happened and its answer been lost.
func Of(err error) Fate {
	if _, ok := errors.AsType[*NotSentError](err); ok || pgconn.SafeToRetry(err) {
		return NotSent
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return Unknown
	}
	switch pgErr.Code {
	case "40001", "40P01": // serialization, deadlock
		return RolledBack
	case "55P03", "57014": // lock timeout, statement timeout, cancel
		return fateOfWait(pgErr)
	case "25006", "26000", "0A000": // read-only, as after a failover; no such prepared statement; its plan is out of date
		return RolledBack
	}
	switch Class(pgErr) {
	case "53": // out of disk, memory or connections
		return RolledBack
	case "21", "22", "23", "42", "44", "54", "P0": // bad value, constraint, missing table or right, over a limit, raised by a trigger
		return Refused
	}
	return Unknown
}

// fateOfWait reads the error of a flight that waited too long. It says in which statement,
// whose text the server does not translate.
func fateOfWait(err *pgconn.PgError) Fate {
	switch {
	case strings.Contains(err.Where, lock.Statement):
		return RolledBack
	case strings.Contains(err.Where, "append_events("), strings.Contains(err.Where, "append_keys("):
		return HeldUp
	}
	return Unknown // a cancel may come when the COMMIT is done
}

// Class returns the first two characters of a SQLSTATE. A proxy that speaks in the server's place may
// send none.
func Class(err *pgconn.PgError) string { return err.Code[:min(2, len(err.Code))] }

// Unavailable marks a failed read that may go through the next time: a read can't
// leave anything behind.
func Unavailable(err error) error {
	if Of(err) == Refused || errors.Is(err, event.ErrUnavailable) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}
