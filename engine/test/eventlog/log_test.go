// Package eventlog_test checks the guarantees of the event log on a real PostgreSQL server.
package eventlog_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// connect opens a new connection pool, like that of a separate process.
func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, t.Name(), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// newStore returns a Store with a running committer, which sends appends to the database.
func newStore(t *testing.T, url string) *eventlog.Store {
	t.Helper()
	return runStore(t, connect(t, url), eventlog.Config{})
}

// newWatchedStore returns a Store with a running committer. The function queued returns the number
// of appends that wait in the committer's queue.
func newWatchedStore(t *testing.T, url string) (store *eventlog.Store, queued func() int) {
	t.Helper()
	registry := prometheus.NewRegistry()
	store = runStore(t, connect(t, url), eventlog.Config{Registerer: registry})
	return store, func() int { return value(t, registry, "eventstore_queue_appends") }
}

// value returns the value of a gauge or counter that has no labels.
func value(t *testing.T, registry *prometheus.Registry, name string) int {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			metric := family.GetMetric()[0]
			return int(metric.GetGauge().GetValue() + metric.GetCounter().GetValue()) // the metric is either a gauge or a counter
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func runStore(t *testing.T, pool *pgxpool.Pool, config eventlog.Config) *eventlog.Store {
	t.Helper()
	config.Decode, config.MessageOf = tank.Decode, event.PublicMessage
	store := eventlog.New(pool, config)
	await.Background(t, store.Run)
	return store
}

func poured(amount int64) event.Event { return tank.Poured{Amount: amount} }

// stream returns an append of Poured events to one stream.
func stream(id uuid.UUID, expected int64, amounts ...int64) event.Append {
	s := event.StreamAppend{Type: tank.Stream, ID: id, Expected: expected}
	for _, amount := range amounts {
		s.Events = append(s.Events, poured(amount))
	}
	return event.Append{Streams: []event.StreamAppend{s}}
}

func mustAppend(t *testing.T, store *eventlog.Store, a event.Append) event.Appended {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	appended, err := store.Append(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return appended
}

func positions(t *testing.T, store *eventlog.Store) []int64 {
	t.Helper()
	tail, err := store.After(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var found []int64
	for _, e := range tail {
		found = append(found, e.Position)
	}
	return found
}

// waitingForLock counts the sessions of this database that wait for any lock.
func waitingForLock(t *testing.T, pool *pgxpool.Pool) int {
	t.Helper()
	const sql = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	var count int
	if err := pool.QueryRow(t.Context(), sql).Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

// holdGate blocks each insert of an event that matches the condition: the inserting transaction
// waits until the test calls the function open. Once an append has the append lock, it waits at
// most 250 ms for any other lock (lock_timeout). holdGate switches this timeout off for the inserts
// that it blocks, because on a busy machine a test may block them for a longer time. But a session
// still loses the append lock after it has had the lock for one second.
func holdGate(t *testing.T, pool *pgxpool.Pool, condition string) (open func()) {
	t.Helper()
	for _, sql := range []string{
		`CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END $$`,
		`CREATE TRIGGER gate BEFORE INSERT ON events FOR EACH ROW WHEN (` + condition + `) EXECUTE FUNCTION gate()`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(42)`); err != nil {
		t.Fatal(err)
	}
	open = func() { _ = tx.Rollback(context.Background()) } // does nothing after the first call
	t.Cleanup(open)
	return open
}

type result struct {
	appended event.Appended
	err      error
}

func appendSoon(t *testing.T, store *eventlog.Store, a event.Append) <-chan result {
	t.Helper()
	done := make(chan result, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), await.Within)
		defer cancel()
		appended, err := store.Append(ctx, a)
		done <- result{appended, err}
	}()
	return done
}
