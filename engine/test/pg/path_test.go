package pg_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/role"
)

// A login can change its own search_path. A program that uses the login still finds its tables,
// because it ignores this change. The program uses the search_path that the database's owner or the
// URL has set.
func TestLoginThatChangesItsSearchPath(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	run(t, url, `CREATE SCHEMA app`, `CREATE TABLE app.here ()`)
	login := testdb.As(t, url, role.API)
	path := func(pool pg.Pool, url string) (path string) {
		t.Helper()
		pool.Name, pool.MaxConns = t.Name(), 1
		opened, err := pool.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		if err := opened.QueryRow(t.Context(), `SHOW search_path`).Scan(&path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pinned := pg.Pool{PinPath: true}
	run(t, login, `ALTER ROLE `+pgx.Identifier{parsed(t, login).User.Username()}.Sanitize()+` SET search_path = pg_catalog`)
	for _, test := range []struct {
		name, want, url string
		pool            pg.Pool
	}{
		{"the login's own", `pg_catalog`, login, pg.Pool{}},
		{"PostgreSQL's", `"$user", public`, login, pinned},
		{"given", `app`, login, pg.Pool{SearchPath: "app"}},
		{"the URL's", `app,public`, login + "&search_path=app,public", pinned},
	} {
		if got := path(test.pool, test.url); got != test.want {
			t.Errorf("%s: %s", test.name, got)
		}
	}
	alter(t, url, `search_path = app, "other one"`)
	if got := path(pinned, login); got != `app, "other one"` {
		t.Errorf("the database's: %s", got)
	}
}
