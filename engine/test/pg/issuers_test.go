package pg_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/pgcqrs/engine/auth/issuers"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg/role"
)

// The steps of this test run one after the other on the same database.
func TestIssuersAreTheSameOrOthers(t *testing.T) {
	t.Parallel()
	owner := connect(t, testdb.New(t))
	for n, step := range []struct {
		does, issuer, old string
		want              string // the name, or a part of the error
	}{
		{"other", "https://a", "", "knows no issuer yet"},
		{"same", "https://a", "https://z", "does not know https://z"},
		{"bind", "https://a", "", ""},
		{"bind", "https://a", "", ""},
		{"bind", "https://b", "", "are of https://a."},
		{"same", "https://a", "", ""},
		{"other", "https://a", "", ""},
		{"other", "https://b", "", "2"},
		{"other", "https://b", "", "2"},
		{"bind", "https://b", "", "2"},
		{"bind", "https://a", "", ""},
		{"same", "https://b", "", "is known already, as another"},
		{"same", "https://b", "https://a", "is known already, as another"},
		{"same", "https://c", "", "knows several issuers"},
		{"bind", "https://c", "", "run migrate issuer -same https://c OLD, which"},
		{"same", "https://c", "https://z", "does not know https://z"},
		{"same", "https://c", "https://b", "2"},
		{"same", "https://c", "https://b", "2"},
		{"same", "https://c", "", "2"},
		{"bind", "https://c", "", "2"},
		{"other", "https://c", "", "is known already, as the same"},
		{"other", "https://d", "", "3"},
		{"same", "https://e", "https://a", ""},

		// The token issuer for development may run on any free port. So the port of a loopback
		// address is ignored.
		{"other", "http://127.0.0.1:8083", "", "4"},
		{"bind", "http://127.0.0.1:49152", "", "4"},
		{"bind", "http://127.0.0.1", "", "4"},
		{"bind", "http://127.0.0.1:8083/realm", "", "are of"},
		{"bind", "http://localhost:8083", "", "are of"},
		{"other", "http://[::1]:8083", "", "5"},
		{"bind", "http://[::1]:1", "", "5"},
		{"bind", "https://127.0.0.1:8083", "", "are of"},
		{"other", "http://issuer:8083", "", "6"},
		{"bind", "http://issuer:8084", "", "are of"},
	} {
		var name string
		var err error
		switch step.does {
		case "bind":
			name, err = issuers.Bind(t.Context(), owner, step.issuer)
		case "same":
			name, err = issuers.Same(t.Context(), owner, step.issuer, step.old)
		case "other":
			name, err = issuers.Other(t.Context(), owner, step.issuer)
		}
		got := name
		if err != nil {
			got = err.Error()
		}
		if long := len(step.want) > 1; long != (err != nil) || long && !strings.Contains(got, step.want) || !long && got != step.want {
			t.Errorf("step %d, %s %s %s: got %q, want %q", n+1, step.does, step.issuer, step.old, got, step.want)
		}
	}
}

// Eight API processes of one release start at the same time, and each has another AUTH_ISSUER.
// Exactly one of these issuers is stored. The processes with the other issuers refuse to start.
func TestOneFirstIssuerOfManyAtOnce(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	login := testdb.As(t, address, role.API)
	var started sync.WaitGroup
	var bound atomic.Int32
	begin := make(chan struct{})
	for n := range 8 {
		pool := connect(t, login)
		if err := pool.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		started.Go(func() {
			<-begin
			name, err := issuers.Bind(t.Context(), pool, fmt.Sprintf("https://%d", n))
			switch {
			case err == nil && name == "":
				bound.Add(1)
			case err == nil || !strings.Contains(err.Error(), "run migrate issuer -other"):
				t.Errorf("got the name %q, %v", name, err)
			}
		})
	}
	close(begin)
	started.Wait()
	if bound.Load() != 1 {
		t.Errorf("%d issuers are the first", bound.Load())
	}
	var rows int
	if err := connect(t, address).QueryRow(t.Context(), `SELECT count(*) FROM issuers`).Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d issuers are known, %v", rows, err)
	}
}
