package pg

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLClass returns the first two characters of an error's SQLSTATE, "" if it has none.
func SQLClass(err error) string {
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
