package testdb

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// timeout is the time limit for each step that package testdb takes for a test.
const timeout = time.Minute

func do(t testing.TB, url, sql string) {
	t.Helper()
	connected(t, url, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, sql)
		return err
	})
}

// connected calls the function work with a new connection, and then closes the connection.
// connected uses no pool, because a test could report the goroutines of a pool as a leak.
func connected(t testing.TB, url string, work func(ctx context.Context, conn *pgx.Conn) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatalf("connect to the test database: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := work(ctx, conn); err != nil {
		t.Fatalf("prepare test database: %v", err)
	}
}

// with returns the URL with this user, password and database. If a parameter is "", the
// corresponding part of the URL does not change.
func with(t testing.TB, given, user, password, database string) string {
	t.Helper()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal("TEST_DATABASE_URL must look like postgres://user:password@host:5432/name")
	}
	if user != "" {
		u.User = url.UserPassword(user, password)
	}
	if database != "" {
		u.Path = "/" + database
	}
	return u.String()
}
