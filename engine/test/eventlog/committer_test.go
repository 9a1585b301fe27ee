package eventlog_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// The committer sends a batch of appends in one transaction. Appends that arrive meanwhile wait in
// a queue, and are sent together as the next batch. If one append of a batch has a conflict, the
// other appends of the batch still succeed.
func TestBatchWithAConflictInIt(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, queued := newWatchedStore(t, url)
	watch := connect(t, url)
	taken := uuid.New()
	mustAppend(t, store, stream(taken, event.NoStream, 1))

	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	first := appendSoon(t, store, stream(uuid.New(), event.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	one := appendSoon(t, store, stream(uuid.New(), event.NoStream, 2))
	stale := appendSoon(t, store, stream(taken, event.NoStream, 3))
	two := appendSoon(t, store, stream(uuid.New(), event.NoStream, 4, 5))
	await.True(t, "the three others queue", func() bool { return queued() == 3 })
	openGate()

	for name, done := range map[string]<-chan result{"first": first, "one": one, "two": two} {
		if r := <-done; r.err != nil {
			t.Errorf("%s: %v", name, r.err)
		}
	}
	if r := <-stale; !errors.Is(r.err, event.ErrConflict) {
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

// The committer sends several appends in one batch. If the database rejects one append, the other
// appends of the batch still succeed.
func TestEventThatTheDatabaseRefuses(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, queued := newWatchedStore(t, url)
	watch := connect(t, url)
	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	first := appendSoon(t, store, stream(uuid.New(), event.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	good := appendSoon(t, store, stream(uuid.New(), event.NoStream, 1))
	bad := appendSoon(t, store, event.Append{Streams: []event.StreamAppend{{
		Type: tank.Stream, ID: uuid.New(), Events: []event.Event{tank.Poured{Note: "\x00"}},
	}}})
	also := appendSoon(t, store, stream(uuid.New(), event.NoStream, 2))
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
	store := runStore(t, connect(t, url), eventlog.Config{MaxQueue: 1, Registerer: registry})
	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	sent := appendSoon(t, store, stream(uuid.New(), event.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	queued := appendSoon(t, store, stream(uuid.New(), event.NoStream, 1))
	await.True(t, "the queue is full", func() bool { return value(t, registry, "eventstore_queue_appends") == 1 })
	if _, err := store.Append(t.Context(), stream(uuid.New(), event.NoStream, 1)); !errors.Is(err, event.ErrOverloaded) {
		t.Errorf("got %v, want ErrOverloaded at once", err)
	}
	openGate()
	if a, b := <-sent, <-queued; a.err != nil || b.err != nil {
		t.Error(a.err, b.err)
	}
}

// When the process ends, the committer sends the queued appends, and rejects all appends that
// arrive later.
func TestEndOfTheCommitter(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool, watch := connect(t, url), connect(t, url)
	registry := prometheus.NewRegistry()
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode, MaxBatch: 1, Registerer: registry})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- store.Run(ctx) }()

	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '7'`)
	sent := appendSoon(t, store, stream(uuid.New(), event.NoStream, 7))
	await.True(t, "the first flight is out", func() bool { return waitingForLock(t, watch) == 1 })
	var queued []<-chan result
	for range 10 {
		queued = append(queued, appendSoon(t, store, stream(uuid.New(), event.NoStream, 1)))
	}
	await.True(t, "the others queue", func() bool { return value(t, registry, "eventstore_queue_appends") == 10 })
	stop()
	openGate()
	for _, done := range append(queued, sent) {
		if r := <-done; r.err != nil {
			t.Error(r.err)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := store.Append(t.Context(), stream(uuid.New(), event.NoStream, 1)); !errors.Is(err, event.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable after the end", err)
	}
}
