//go:build all && unix

package replica_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/internal/devdb"
	"example.com/pgcqrs/migrations"
	"example.com/pgcqrs/test/await"
)

// pair is a primary with the newest schema, and a standby that streams from it.
type pair struct {
	primary string // URLs of the service's database
	reads   string
	server  *devdb.Server // the primary
	standby *devdb.Server
}

// startPrimary starts a server of the test's own, with the newest schema in a database.
func startPrimary(t *testing.T) *devdb.Server {
	t.Helper()
	primary, err := devdb.Start(t.Context(), devdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(primary.Stop)
	execute(t, primary.URL, `CREATE DATABASE pgcqrs`)
	db, err := sql.Open("pgx", named(t, primary.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := migrations.Up(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return primary
}

func startPair(t *testing.T) pair {
	t.Helper()
	primary := startPrimary(t)
	standby, err := devdb.StartStandby(t.Context(), primary)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standby.Stop)
	return pair{named(t, primary.URL), named(t, standby.URL), primary, standby}
}

func named(t *testing.T, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/pgcqrs"
	return u.String()
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), await.Within)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}

// freeze stops every process of the server; the function that it returns wakes them.
func freeze(t *testing.T, server *devdb.Server) (wake func()) {
	t.Helper()
	pids := []int{server.PID()}
	signal(t, pids, syscall.SIGSTOP) // first, so that it starts no others
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", server.PID()))
	if err != nil {
		t.Fatal(err)
	}
	for field := range strings.FieldsSeq(string(children)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	signal(t, pids[1:], syscall.SIGSTOP)
	wake = func() { signal(t, pids, syscall.SIGCONT) }
	t.Cleanup(wake)
	return wake
}

func signal(t *testing.T, pids []int, what syscall.Signal) {
	t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, what); err != nil && err != syscall.ESRCH {
			t.Fatal(err)
		}
	}
}
