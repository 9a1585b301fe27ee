package log_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/testdb"
)

// seconds is the time in which readiness has to know.
const seconds = 3 * time.Second

// checkNotReady: the store says why it is not ready, within seconds.
func checkNotReady(t *testing.T, store *eventstore.Store, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), seconds)
	defer cancel()
	if err := store.Ready(ctx); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func checkReady(t *testing.T, store *eventstore.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), seconds)
	defer cancel()
	if err := store.Ready(ctx); err != nil {
		t.Error(err)
	}
}

func execute(t *testing.T, pool *pgxpool.Pool, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// alter changes what a database gives to sessions that begin now.
func alter(t *testing.T, pool *pgxpool.Pool, setting string) {
	t.Helper()
	execute(t, pool, `ALTER DATABASE `+pgx.Identifier{pool.Config().ConnConfig.Database}.Sanitize()+` SET `+setting)
}

func TestReadinessOfADatabaseThatTakesNoWrites(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := connect(t, url)
	alter(t, owner, `default_transaction_read_only = on`)
	store := newStore(t, url)
	checkNotReady(t, store, "takes no writes")
	if err := store.Ready(t.Context()); !errors.Is(err, database.ErrReadOnly) {
		t.Error(err)
	}
	alter(t, owner, `default_transaction_read_only = off`)
	checkReady(t, newStore(t, url))
}

func TestReadinessWhileSomebodyHoldsTheAppendLock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, testdb.As(t, url, database.APIRole))
	checkReady(t, store)
	foreign, err := connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := foreign.Exec(t.Context(), `LOCK TABLE append_lock IN EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	checkNotReady(t, store, "append lock is held by "+t.Name())
	if err := foreign.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkReady(t, store)
}

// Flights that follow one another without a pause are no lock that somebody holds.
func TestReadinessUnderLoad(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, url)
	for range 2 {
		other := newStore(t, url)
		for range 4 {
			await.Background(t, func(ctx context.Context) error {
				for ctx.Err() == nil {
					_, _ = other.Append(ctx, stream(uuid.New(), 0, 1, 2, 3)) // it ends with the test
				}
				return nil
			})
		}
	}
	for range 20 {
		checkReady(t, store)
	}
}

// The queue holds 8 GB: here a function says that it is full.
func TestReadinessWhenNobodyCanNotify(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := connect(t, url)
	execute(t, owner, `CREATE SCHEMA fake`, `CREATE FUNCTION fake.pg_notification_queue_usage() RETURNS float8 LANGUAGE sql AS 'SELECT 0.9999::float8'`)
	alter(t, owner, `search_path = fake, pg_catalog, public`)
	registry := prometheus.NewRegistry()
	store := runStore(t, connect(t, url), eventstore.Config{Registerer: registry})
	checkNotReady(t, store, "pg_notification_queue_usage")
	alter(t, owner, `search_path = public`)
	checkReady(t, newStore(t, url))
}

// A disk that is full, or a right that is missing, is noticed by the appends that fail, and
// forgotten once one would go through: nobody sends any to what is not ready.
func TestReadinessAfterAppendsThatFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ arrange, undo []string }{
		"no room": {
			arrange: []string{
				`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$`,
				`CREATE TRIGGER no_room BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION no_room()`,
			},
			undo: []string{`DROP TRIGGER no_room ON events`},
		},
		"no right": {
			[]string{`DO $$ BEGIN EXECUTE format('REVOKE EXECUTE ON PROCEDURE append_flight FROM %I', role_of('api')); END $$`},
			[]string{`DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON PROCEDURE append_flight TO %I', role_of('api')); END $$`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			owner := connect(t, url)
			pool := connect(t, testdb.As(t, url, database.APIRole))
			store := runStore(t, pool, eventstore.Config{SettleFor: time.Millisecond})
			execute(t, owner, test.arrange...)
			checkReady(t, store) // nobody can know yet
			ctx, cancel := context.WithTimeout(t.Context(), await.Within)
			defer cancel()
			if _, err := store.Append(ctx, stream(uuid.New(), 0, 1)); err == nil {
				t.Fatal("it was appended")
			}
			checkNotReady(t, store, "appends fail")
			checkNotReady(t, store, "appends fail")
			execute(t, owner, test.undo...)
			checkReady(t, store)
		})
	}
}

// The trial that follows an append without room needs room itself.
func TestReadinessWithoutRoom(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := connect(t, url)
	alter(t, owner, `temp_file_limit = '100kB'`)
	execute(t, owner,
		`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$`,
		`CREATE TRIGGER no_room BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION no_room()`) // nothing has no rows
	store := runStore(t, connect(t, url), eventstore.Config{SettleFor: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if _, err := store.Append(ctx, stream(uuid.New(), 0, 1)); err == nil {
		t.Fatal("it was appended")
	}
	checkNotReady(t, store, "temp_file_limit")
}
