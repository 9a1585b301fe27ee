package tank

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/testdb"
)

// Database returns the URL of a new database, as testdb.New does. The database also has the tables
// of the read models, with the rights that a migration of a service would grant.
func Database(t testing.TB) string {
	t.Helper()
	url := testdb.New(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	for _, sql := range []string{levelsSQL, readingsSQL, `SELECT grant_read_model('levels', 'meters', 'readings')`} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return url
}
