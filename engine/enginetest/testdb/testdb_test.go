package testdb_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/testdb"
)

func TestDatabasesOfTwoTestsAreApart(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, testdb.New(t))
			const insert = `INSERT INTO checkpoints (projection) VALUES ('only-here')`
			if _, err := conn.Exec(t.Context(), insert); err != nil {
				t.Fatalf("another test's row, or no schema: %v", err)
			}
		})
	}
}

func TestEmptyHasNoSchema(t *testing.T) {
	t.Parallel()
	conn := connect(t, testdb.Empty(t))
	const count = `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`
	var tables int
	if err := conn.QueryRow(t.Context(), count).Scan(&tables); err != nil || tables != 0 {
		t.Fatalf("tables = %d, err = %v; want none", tables, err)
	}
}

func TestServiceLoginMayUseButNotChangeTheSchema(t *testing.T) {
	t.Parallel()
	conn := connect(t, testdb.ServiceURL(t, testdb.New(t)))
	if _, err := conn.Exec(t.Context(), `SELECT position FROM events`); err != nil {
		t.Errorf("the service must read the log: %v", err)
	}
	if _, err := conn.Exec(t.Context(), `CREATE TABLE mine (id bigint)`); err == nil {
		t.Error("the service made a table")
	}
}

// After a session has ended, the server needs a moment to drop the session's temporary tables.
// Nevertheless, a login that had temporary tables can be dropped at the end of a test.
func TestALoginGoesWithItsTemporaryTables(t *testing.T) {
	t.Parallel()
	conn := connect(t, testdb.ServiceURL(t, testdb.New(t)))
	const many = `DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TEMP TABLE t%s (id bigint PRIMARY KEY, name text)', i); END LOOP; END $$`
	if _, err := conn.Exec(t.Context(), many); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		testdb.New(b)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}
