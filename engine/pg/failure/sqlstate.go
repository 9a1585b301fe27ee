package failure

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Class returns the first two characters of an error's SQLSTATE, "" if it has none.
func Class(err error) string {
	state, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(state.Code) < 2 {
		return ""
	}
	return state.Code[:2]
}

// IsConnect says whether an error is that of a connection that was not made.
func IsConnect(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}

// Away is true of what passes by itself: nobody there, no answer, starting up or
// shutting down. A wrong password does not.
func Away(err error) bool {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(pgErr.Code, "57P") || strings.HasPrefix(pgErr.Code, "53")
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return connecting || pgconn.Timeout(err) || errors.Is(err, context.DeadlineExceeded)
}

// NoRight is the SQLSTATE insufficient_privilege.
const NoRight = "42501"
