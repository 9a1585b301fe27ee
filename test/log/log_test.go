// Package log_test holds the log to its guarantees, on a real PostgreSQL.
package log_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/testdb"
)

// connect opens a pool of its own, as a process would.
func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := database.Open(t.Context(), url, t.Name(), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// newStore is a store with a running committer, like one process.
func newStore(t *testing.T, url string) *eventstore.Store {
	t.Helper()
	return runStore(t, connect(t, url), eventstore.Config{})
}

// newWatchedStore is one whose queue the test can see.
func newWatchedStore(t *testing.T, url string) (store *eventstore.Store, queued func() int) {
	t.Helper()
	registry := prometheus.NewRegistry()
	store = runStore(t, connect(t, url), eventstore.Config{Registerer: registry})
	return store, func() int { return gauge(t, registry, "eventstore_queue_appends") }
}

func gauge(t *testing.T, registry *prometheus.Registry, name string) int {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return int(family.GetMetric()[0].GetGauge().GetValue())
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func runStore(t *testing.T, pool *pgxpool.Pool, config eventstore.Config) *eventstore.Store {
	t.Helper()
	config.Decode, config.MessageOf = events.DecodeEvent, events.AccountMessage
	store := eventstore.New(pool, config)
	await.Background(t, store.Run)
	return store
}

func deposit(amount int64) events.Event { return events.MoneyDeposited{Amount: amount} }

// stream is an append of deposits to one stream.
func stream(id uuid.UUID, expected int64, amounts ...int64) events.Append {
	s := events.StreamAppend{Type: "account", ID: id, Expected: expected}
	for _, amount := range amounts {
		s.Events = append(s.Events, deposit(amount))
	}
	return events.Append{Streams: []events.StreamAppend{s}}
}

func mustAppend(t *testing.T, store *eventstore.Store, a events.Append) events.Appended {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	appended, err := store.Append(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return appended
}

func positions(t *testing.T, store *eventstore.Store) []int64 {
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

// waitingForLock counts the sessions of the database that wait for a lock.
func waitingForLock(t *testing.T, pool *pgxpool.Pool) int {
	t.Helper()
	const sql = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	var count int
	if err := pool.QueryRow(t.Context(), sql).Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

// holdGate makes inserts of events that match a condition wait, inside their
// transaction, until the gate is opened.
func holdGate(t *testing.T, pool *pgxpool.Pool, condition string) (open func()) {
	t.Helper()
	for _, sql := range []string{
		`CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END $$`,
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
	open = func() { _ = tx.Rollback(context.Background()) } // a second time does nothing
	t.Cleanup(open)
	return open
}

type result struct {
	appended events.Appended
	err      error
}

func appendSoon(t *testing.T, store *eventstore.Store, a events.Append) <-chan result {
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

// A writer sits in its open transaction while another wants to commit. With serials
// the second would be seen first, and a reader that has seen it would never go back.
func TestOpenTransactionIsNeverSkipped(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	slow, fast := newStore(t, url), newStore(t, url)
	watch := connect(t, url)
	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '1'`)

	first := appendSoon(t, slow, stream(uuid.New(), events.NoStream, 1))
	await.True(t, "the slow writer sits in its transaction", func() bool { return waitingForLock(t, watch) == 1 })
	second := appendSoon(t, fast, stream(uuid.New(), events.NoStream, 2))
	await.True(t, "the fast writer waits, or is done", func() bool { return waitingForLock(t, watch) == 2 || len(second) == 1 })
	if seen := positions(t, fast); len(seen) != 0 {
		t.Fatalf("read %v while an earlier append was not committed", seen)
	}
	openGate()
	a, b := <-first, <-second
	if a.err != nil || b.err != nil {
		t.Fatal(a.err, b.err)
	}
	if a.appended.Position != 1 || b.appended.Position != 2 {
		t.Errorf("positions %d and %d, want 1 and 2", a.appended.Position, b.appended.Position)
	}
	if seen := positions(t, fast); !slices.Equal(seen, []int64{1, 2}) {
		t.Errorf("read %v", seen)
	}
}

func TestExpectedVersion(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	for name, tc := range map[string]struct {
		given, expected int64
		conflict        bool
	}{
		"no stream, and there is none":     {0, events.NoStream, false},
		"no stream, and there is one":      {1, events.NoStream, true},
		"the version it is at":             {3, 3, false},
		"a stale version":                  {3, 2, true},
		"a version above the head":         {3, 4, true},
		"a version of a stream that isn't": {0, 1, true},
		"any version of a new stream":      {0, events.AnyVersion, false},
		"any version of a stream":          {3, events.AnyVersion, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := uuid.New()
			for version := range tc.given {
				mustAppend(t, store, stream(id, version, 1))
			}
			appended, err := store.Append(t.Context(), stream(id, tc.expected, 1, 2))
			if tc.conflict != errors.Is(err, events.ErrConflict) {
				t.Fatalf("got %v, want a conflict: %v", err, tc.conflict)
			}
			if !tc.conflict && appended.Version != tc.given+2 {
				t.Errorf("version %d, want %d", appended.Version, tc.given+2)
			}
		})
	}
}

// What has queued while a flight was out flies together, and a conflict in it is
// nobody else's business.
func TestBatchWithAConflictInIt(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, queued := newWatchedStore(t, url)
	watch := connect(t, url)
	taken := uuid.New()
	mustAppend(t, store, stream(taken, events.NoStream, 1))

	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	first := appendSoon(t, store, stream(uuid.New(), events.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	one := appendSoon(t, store, stream(uuid.New(), events.NoStream, 2))
	stale := appendSoon(t, store, stream(taken, events.NoStream, 3))
	two := appendSoon(t, store, stream(uuid.New(), events.NoStream, 4, 5))
	await.True(t, "the three others queue", func() bool { return queued() == 3 })
	openGate()

	for name, done := range map[string]<-chan result{"first": first, "one": one, "two": two} {
		if r := <-done; r.err != nil {
			t.Errorf("%s: %v", name, r.err)
		}
	}
	if r := <-stale; !errors.Is(r.err, events.ErrConflict) {
		t.Errorf("stale: got %v, want a conflict", r.err)
	}
	var transactions, recorded int
	const sql = `SELECT count(DISTINCT xmin::text), count(*) FROM events WHERE position > 2`
	if err := watch.QueryRow(t.Context(), sql).Scan(&transactions, &recorded); err != nil {
		t.Fatal(err)
	}
	if transactions != 1 || recorded != 3 {
		t.Errorf("%d events in %d transactions, want 3 in 1", recorded, transactions)
	}
}

func TestSeveralStreamsAllOrNothing(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	from, to := uuid.New(), uuid.New()
	transfer := func(expectedTo int64) events.Append {
		return events.Append{Streams: []events.StreamAppend{
			{Type: "account", ID: from, Expected: 0, Events: []events.Event{events.MoneyWithdrawn{Amount: 5}, deposit(1)}},
			{Type: "account", ID: to, Expected: expectedTo, Events: []events.Event{deposit(5)}},
		}}
	}
	if _, err := store.Append(t.Context(), transfer(1)); !errors.Is(err, events.ErrConflict) {
		t.Fatalf("got %v, want a conflict of the second stream", err)
	}
	if seen := positions(t, store); len(seen) != 0 {
		t.Fatalf("half of it was appended: %v", seen)
	}
	appended := mustAppend(t, store, transfer(0))
	if want := (events.Appended{StreamID: from, Version: 2, Position: 3}); appended != want {
		t.Errorf("got %+v, want %+v", appended, want)
	}
}

// Somebody's transaction in another database of the server must neither stall the
// tail nor hide anything from it.
func TestForeignTransactionInAnotherDatabase(t *testing.T) {
	t.Parallel()
	foreign := connect(t, testdb.New(t))
	tx, err := foreign.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `INSERT INTO checkpoints (projection) VALUES ('foreign')`); err != nil {
		t.Fatal(err)
	}
	store := newStore(t, testdb.New(t))
	mustAppend(t, store, stream(uuid.New(), events.NoStream, 1))
	mustAppend(t, store, stream(uuid.New(), events.NoStream, 1))
	if seen := positions(t, store); !slices.Equal(seen, []int64{1, 2}) {
		t.Errorf("read %v while a foreign transaction was open", seen)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestPayloadOfAMegabyte(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	id, reference := uuid.New(), strings.Repeat("ü", 1<<19)
	mustAppend(t, store, events.Append{Streams: []events.StreamAppend{{
		Type: "account", ID: id, Events: []events.Event{events.MoneyDeposited{Amount: 1, Reference: reference}},
	}}})
	loaded := 0
	err := store.Load(t.Context(), "account", id, 0, func(e events.Recorded) error {
		loaded++
		if deposited, ok := e.Event.(events.MoneyDeposited); !ok || deposited.Reference != reference {
			t.Error("the payload came back changed")
		}
		return nil
	})
	if err != nil || loaded != 1 {
		t.Errorf("loaded %d events, %v", loaded, err)
	}
}

// What one append can't do must not cost the others in its flight.
func TestEventThatTheDatabaseRefuses(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, queued := newWatchedStore(t, url)
	watch := connect(t, url)
	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	first := appendSoon(t, store, stream(uuid.New(), events.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	good := appendSoon(t, store, stream(uuid.New(), events.NoStream, 1))
	bad := appendSoon(t, store, events.Append{Streams: []events.StreamAppend{{
		Type: "account", ID: uuid.New(), Events: []events.Event{events.MoneyDeposited{Reference: "\x00"}},
	}}})
	also := appendSoon(t, store, stream(uuid.New(), events.NoStream, 2))
	await.True(t, "the three others queue", func() bool { return queued() == 3 })
	openGate()
	for _, done := range []<-chan result{first, good, also} {
		if r := <-done; r.err != nil {
			t.Error(r.err)
		}
	}
	r := <-bad
	if pgErr, ok := errors.AsType[*pgconn.PgError](r.err); !ok || pgErr.Code != "22P05" {
		t.Errorf("got %v, want the database's refusal", r.err)
	}
	if seen := positions(t, store); !slices.Equal(seen, []int64{1, 2, 3}) {
		t.Errorf("positions %v, want no hole where the refused append would have been", seen)
	}
}

func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	watch := connect(t, url)
	registry := prometheus.NewRegistry()
	store := runStore(t, connect(t, url), eventstore.Config{MaxQueue: 1, Registerer: registry})
	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	flying := appendSoon(t, store, stream(uuid.New(), events.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	queued := appendSoon(t, store, stream(uuid.New(), events.NoStream, 1))
	await.True(t, "the queue is full", func() bool { return gauge(t, registry, "eventstore_queue_appends") == 1 })
	if _, err := store.Append(t.Context(), stream(uuid.New(), events.NoStream, 1)); !errors.Is(err, events.ErrOverloaded) {
		t.Errorf("got %v, want ErrOverloaded at once", err)
	}
	openGate()
	if a, b := <-flying, <-queued; a.err != nil || b.err != nil {
		t.Error(a.err, b.err)
	}
}

// The end of the process flies what is queued, and refuses what comes after.
func TestEndOfTheCommitter(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool, watch := connect(t, url), connect(t, url)
	registry := prometheus.NewRegistry()
	store := eventstore.New(pool, eventstore.Config{Decode: events.DecodeEvent, MaxBatch: 1, Registerer: registry})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- store.Run(ctx) }()

	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	flying := appendSoon(t, store, stream(uuid.New(), events.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	var queued []<-chan result
	for range 10 {
		queued = append(queued, appendSoon(t, store, stream(uuid.New(), events.NoStream, 1)))
	}
	await.True(t, "the others queue", func() bool { return gauge(t, registry, "eventstore_queue_appends") == 10 })
	stop()
	openGate()
	for _, done := range append(queued, flying) {
		if r := <-done; r.err != nil {
			t.Error(r.err)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := store.Append(t.Context(), stream(uuid.New(), events.NoStream, 1)); !errors.Is(err, events.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable after the end", err)
	}
}

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

func TestMetadataComesBack(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	a := stream(uuid.New(), events.NoStream, 1)
	a.Metadata = events.Metadata{CorrelationID: "c", CausationID: "m", CommandID: "d", Actor: "ada", Traceparent: "00-1-2-01"}
	mustAppend(t, store, a)
	tail, err := store.After(t.Context(), 0, 1)
	if err != nil || len(tail) != 1 {
		t.Fatal(tail, err)
	}
	e := tail[0]
	if e.Metadata != a.Metadata || e.SchemaVersion != 1 || e.Type != "account.money_deposited" || e.StreamType != "account" {
		t.Errorf("got %+v", e)
	}
	if e.OccurredAt.IsZero() || e.RecordedAt.Before(e.OccurredAt.Add(-time.Minute)) {
		t.Errorf("occurred at %s, recorded at %s", e.OccurredAt, e.RecordedAt)
	}

}
