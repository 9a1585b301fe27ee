package eventstore

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
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
	heldUp                 // it did not commit: somebody else has locked a row that it needs
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
	case "40001", "40P01": // serialization, deadlock
		return rolledBack
	case "55P03", "57014": // lock timeout, statement timeout, cancel
		return fateOfWait(pgErr)
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

// fateOfWait reads the error of a flight that waited too long. It says in which statement,
// whose text the server does not translate.
func fateOfWait(err *pgconn.PgError) fate {
	switch {
	case strings.Contains(err.Where, "LOCK TABLE append_lock"):
		return rolledBack
	case strings.Contains(err.Where, "append_events("), strings.Contains(err.Where, "append_keys("):
		return heldUp
	}
	return unknown // a cancel may come when the COMMIT is done
}

// class is the first two characters of a SQLSTATE. Whatever speaks in the server's
// place may send none.
func class(err *pgconn.PgError) string { return err.Code[:min(2, len(err.Code))] }
