package devdb

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestOnlyWhatMayPassIsWaitedFor(t *testing.T) {
	t.Parallel()
	_, noService := pgx.ParseConfig("postgres://127.0.0.1/x?service=nosuch&servicefile=/nonexistent")
	_, noURL := pgx.ParseConfig("postgres://u:p@127.0.0.1:port/x")
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nobody listens yet": {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true},
		"cut off":            {fmt.Errorf("connect: %w", io.ErrUnexpectedEOF), true},
		"starting up":        {&pgconn.PgError{Code: "57P03"}, true},
		"too many clients":   {&pgconn.PgError{Code: "53300"}, true},
		"wrong password":     {&pgconn.PgError{Code: "28P01"}, false},
		"no such database":   {&pgconn.PgError{Code: "3D000"}, false},
		"no such service":    {noService, false},
		"no URL":             {noURL, false},
		"something else":     {errors.New("server is not in hot standby mode"), false},
	} {
		if got := heals(c.err); got != c.want {
			t.Errorf("%s (%v): got %v, want %v", name, c.err, got, c.want)
		}
	}
}
