package log_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/test/testdb"
)

// G9, by trigger for the owner and by grant for the service.
func TestEventsCantBeChanged(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	mustAppend(t, newStore(t, url), stream(uuid.New(), events.NoStream, 1))
	for role, roleURL := range map[string]string{"owner": url, "service": testdb.ServiceURL(t, url)} {
		want := map[string]string{"owner": "23001", "service": "42501"}[role]
		pool := connect(t, roleURL)
		for _, sql := range []string{
			`UPDATE events SET data = '{}'`, `DELETE FROM events`, `TRUNCATE events`,
			`INSERT INTO events SELECT * FROM events ON CONFLICT (position) DO UPDATE SET data = '{}'`,
		} {
			_, err := pool.Exec(t.Context(), sql)
			if pgErr, ok := errors.AsType[*pgconn.PgError](err); !ok || pgErr.Code != want {
				t.Errorf("%s as the %s: got %v, want SQLSTATE %s", sql, role, err, want)
			}
		}
	}
}

// The service's role can do its work, and change no schema.
func TestServiceRole(t *testing.T) {
	t.Parallel()
	url := testdb.ServiceURL(t, testdb.New(t))
	store := newStore(t, url)
	a := stream(uuid.New(), events.NoStream, 1)
	a.Once = &events.Once{Key: "k", Fingerprint: []byte("f"), Keep: time.Hour}
	mustAppend(t, store, a)
	if _, err := store.ForgetExpired(t.Context()); err != nil {
		t.Error(err)
	}
	pool := connect(t, url)
	for _, sql := range []string{`CREATE TABLE x ()`, `ALTER TABLE events DISABLE TRIGGER ALL`, `DROP TABLE outbox`} {
		if sql == `CREATE TABLE x ()` && canCreate(t, pool) {
			continue // PostgreSQL before 15 let everybody create in public
		}
		if _, err := pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("the service's role may %s", sql)
		}
	}
}

func canCreate(t *testing.T, pool *pgxpool.Pool) bool {
	t.Helper()
	var allowed bool
	if err := pool.QueryRow(t.Context(), `SELECT has_schema_privilege('public', 'CREATE') AND current_setting('server_version_num')::int < 150000`).Scan(&allowed); err != nil {
		t.Fatal(err)
	}
	return allowed
}
