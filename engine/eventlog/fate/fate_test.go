package fate

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want Fate
	}{
		{errors.New("connection lost"), Unknown},
		{&pgconn.PgError{Code: "57P01"}, Unknown}, // the server was shut down, possibly after the COMMIT
		{&pgconn.PgError{Code: "08P01"}, Unknown}, // an error of a pooler
		{&pgconn.PgError{Code: "XX000"}, Unknown},
		{&pgconn.PgError{}, Unknown},
		{&pgconn.PgError{Code: "4"}, Unknown},
		{&NotSentError{errors.New("no connection")}, NotSent},
		{&pgconn.PgError{Code: "40001"}, RolledBack},
		{&pgconn.PgError{Code: "55P03", Where: "SQL statement \"LOCK TABLE append_lock IN EXCLUSIVE MODE\"\nPL/pgSQL function append_events(bigint[]) line 9 at SQL statement"}, RolledBack},
		{&pgconn.PgError{Code: "55P03", Where: "SQL statement \"INSERT INTO idempotency_keys\"\nPL/pgSQL function append_events(bigint[]) line 70 at SQL statement"}, HeldUp},
		{&pgconn.PgError{Code: "57014", Where: "SQL statement \"INSERT INTO events\"\nPL/pgSQL function append_events(bigint[]) line 50 at SQL statement"}, HeldUp},
		{&pgconn.PgError{Code: "57014", Where: "PL/pgSQL function append_flight(append_report) line 3 at COMMIT"}, Unknown},
		{&pgconn.PgError{Code: "53100"}, RolledBack},
		{&pgconn.PgError{Code: "25006"}, RolledBack},
		{&pgconn.PgError{Code: "23505"}, Refused},
		{&pgconn.PgError{Code: "54000"}, Refused},
	} {
		if got := Of(tc.err); got != tc.want {
			t.Errorf("%v: got %d, want %d", tc.err, got, tc.want)
		}
	}
}
