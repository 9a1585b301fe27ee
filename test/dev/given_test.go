//go:build unix

package dev_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/test/testdb"
)

func TestTablesOfSomethingElseAreLeftAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, says string }{
		"a table":              {"CREATE TABLE customers (id int)", "public.customers"},
		"in another schema":    {"CREATE SCHEMA shop; CREATE TABLE shop.orders (id int)", "shop.orders"},
		"names like the log's": {"CREATE TABLE goose_db_version (version_id int); CREATE TABLE events (id int); CREATE TABLE checkpoints (id int)", "public.checkpoints, public.events"},
		"many":                 {"CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c (); CREATE TABLE d (); CREATE TABLE e ()", "public.d and 1 more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := testdb.Empty(t)
			conn := connect(t, given)
			if _, err := conn.Exec(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			before := countRelations(t, conn)
			run := launch(t, []string{"DATABASE_URL=" + given}, "run", "-data", dataDir(t))
			if code := run.exitCode(t); code != 1 {
				t.Errorf("exit code = %d, want 1", code)
			}
			u, err := url.Parse(given)
			if err != nil {
				t.Fatal(err)
			}
			said, password := run.output(), "no password"
			if set, ok := u.User.Password(); ok {
				password = set
			}
			for _, want := range []string{c.says, strings.TrimPrefix(u.Path, "/"), "Unset DATABASE_URL"} {
				if !strings.Contains(said, want) {
					t.Errorf("it says %q; want %q in it", said, want)
				}
			}
			if strings.Contains(said, password) || countRelations(t, conn) != before {
				t.Error("it shows the password, or has changed the database")
			}
		})
	}
}

func TestWhatAnEarlierRunHasMadeIsTaken(t *testing.T) {
	t.Parallel()
	run := launch(t, []string{"DATABASE_URL=" + testdb.New(t)}, "run", "-data", dataDir(t))
	run.says(t, "building")
	run.signal(t, os.Interrupt)
	run.exitCode(t)
}

func TestAnEmptyDatabaseIsTakenAndPortZeroIsAFreeOne(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=" + testdb.Empty(t), "API_OPS_ADDR=127.0.0.1:0"}
	run := launch(t, env, "run", "-data", dataDir(t), "-api", "127.0.0.1:0", "-projector", "127.0.0.1:0")
	run.ready(t)
	run.openAccount(t, "Ada")
	for _, address := range run.found(listening) {
		if strings.HasSuffix(address, ":0") {
			t.Errorf("the banner names %s", address)
		}
	}
	run.signal(t, os.Interrupt)
	run.exitCode(t)
	run.gone(t)
}

func TestAGivenDatabaseKeepsTheShellsVariablesAndSaysSo(t *testing.T) {
	t.Parallel()
	env := append([]string{"DATABASE_URL=postgres://u:secret@127.0.0.1:1/x"}, otherServers...)
	run := launch(t, env, "run", "-data", dataDir(t))
	if code := run.exitCode(t); code != 1 {
		t.Errorf("exit code = %d, want 1", code)
	}
	for _, want := range []string{"DATABASE_URL", "read service", "PGSERVICE"} {
		if said := run.output(); !strings.Contains(said, want) {
			t.Errorf("it says %q; want %q in it", said, want)
		}
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func countRelations(t *testing.T, conn *pgx.Conn) (count int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_class").Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}
