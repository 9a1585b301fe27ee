package fate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/lock"
	"example.com/pgcqrs/engine/pg/failure"
)

// NotSentError wraps an error that occurred before the first byte of a batch was sent. After such
// an error, nothing was appended.
type NotSentError struct{ Err error }

func (e *NotSentError) Error() string { return e.Err.Error() }

func (e *NotSentError) Unwrap() error { return e.Err }

// Fate is what an error proves about a flight (a transaction that appends a batch).
type Fate int

// The possible fates of a flight (a transaction that appends a batch) that has failed.
const (
	Unknown    Fate = iota // the flight may have committed
	NotSent                // no byte of the flight was sent
	RolledBack             // the flight did not commit, and may succeed if it is repeated
	HeldUp                 // the flight did not commit, because another session has locked a row that it needs
	Refused                // the flight did not commit, and would fail again if it were repeated unchanged
)

// Of returns the Fate of a flight (a transaction that appends) that failed with an error. Only some
// SQLSTATEs prove that the flight was rolled back. After any other error, the flight may have
// committed although its answer was lost, and Of returns Unknown.
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

// beforeCommit has the names of the database functions that a flight (engine/eventlog/flight) calls
// before it commits. The field Where of an error contains the name of the function that failed.
var beforeCommit = []string{
	"append_events(", "append_keys(", "check_conditions(", "append_tags(", "check_claims(", "name_claims(", "scope_lookups(",
}

// fateOfWait returns the fate of a flight (transaction that appends) that the server has ended
// because the flight waited too long. The fate depends on which statement waited. The field Where
// of the error names this statement, in the same words in every language of the server.
func fateOfWait(err *pgconn.PgError) Fate {
	switch {
	case strings.Contains(err.Where, lock.Statement):
		return RolledBack
	case slices.ContainsFunc(beforeCommit, func(function string) bool { return strings.Contains(err.Where, function) }):
		return HeldUp
	}
	return Unknown // a request to cancel may arrive after the COMMIT
}

// Unavailable adds event.ErrUnavailable to the error of a read that may succeed if it is repeated.
// Unavailable returns any other error unchanged. Repeating a read is always safe, because a failed
// read has no effect.
func Unavailable(err error) error {
	if Of(err) == Refused || errors.Is(err, event.ErrUnavailable) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}
