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
		{&pgconn.PgError{Code: "55P03", Where: "SQL statement \"LOCK TABLE append_lock IN EXCLUSIVE MODE\"\nPL/pgSQL function append_events(bigint[]) line 9 at SQL statement"}, rolledBack},
		{&pgconn.PgError{Code: "55P03", Where: "SQL statement \"INSERT INTO idempotency_keys\"\nPL/pgSQL function append_events(bigint[]) line 70 at SQL statement"}, heldUp},
		{&pgconn.PgError{Code: "57014", Where: "SQL statement \"INSERT INTO events\"\nPL/pgSQL function append_events(bigint[]) line 50 at SQL statement"}, heldUp},
		{&pgconn.PgError{Code: "57014", Where: "PL/pgSQL function append_flight(append_report) line 3 at COMMIT"}, unknown},
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
