package eventstore

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestFateOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want fate
	}{
		{errors.New("connection lost"), unknown},
		{&pgconn.PgError{Code: "57P01"}, unknown}, // shut down, perhaps after the COMMIT
		{&pgconn.PgError{Code: "08P01"}, unknown}, // a pooler's
		{&pgconn.PgError{Code: "XX000"}, unknown},
		{&pgconn.PgError{}, unknown},
		{&pgconn.PgError{Code: "4"}, unknown},
		{&notSentError{errors.New("no connection")}, notSent},
		{&pgconn.PgError{Code: "40001"}, rolledBack},
		{&pgconn.PgError{Code: "53100"}, rolledBack},
		{&pgconn.PgError{Code: "25006"}, rolledBack},
		{&pgconn.PgError{Code: "23505"}, refused},
		{&pgconn.PgError{Code: "54000"}, refused},
	} {
		if got := fateOf(tc.err); got != tc.want {
			t.Errorf("%v: got %d, want %d", tc.err, got, tc.want)
		}
	}
}
