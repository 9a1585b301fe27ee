// Package feed_test subscribes to a real log while several stores append events, as several
// processes do. Each subscriber must get exactly the events that match its subscription, each event
// once and in order.
package feed_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/feed/ring"
)

// owned is the first event of a tank. Its field Place contains the name of the tank's owner.
type owned struct{ tank.Built }

// OwnedBy implements event.Owned.
func (e owned) OwnedBy() string { return e.Place }

// decode decodes the events of tanks. If the first event of a tank has a place, decode returns it
// as an event of the type owned.
func decode(eventType string, schemaVersion int, data []byte) (event.Event, error) {
	e, err := tank.Decode(eventType, schemaVersion, data)
	if built, ok := e.(tank.Built); ok && built.Place != "" {
		return owned{built}, err
	}
	return e, err
}

// newFeed creates and runs a feed of the events in a store.
func newFeed(t *testing.T, store *eventlog.Store, bounds ring.Bounds) *feed.Feed {
	t.Helper()
	f := feed.New(feed.Options{
		Log: store, Hints: store.Grown(), Ring: bounds, Registerer: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
	})
	store.OnLogChange(f.LogChanged)
	await.Background(t, f.Run)
	return f
}

// tanks are the streams to which a test appends, with the place and the number of events of each
// stream. Each stream has a lock, so that several goroutines can append.
type tanks struct {
	ids    []uuid.UUID
	places []string
	locks  []sync.Mutex
	length []int64
}

func newTanks(count int) *tanks {
	w := &tanks{ids: make([]uuid.UUID, count), places: make([]string, count), locks: make([]sync.Mutex, count), length: make([]int64, count)}
	for i := range count {
		w.ids[i], w.places[i] = uuid.New(), []string{"roof", "yard", ""}[i%3]
	}
	return w
}

// pour appends a Poured event to a tank. If the tank does not exist yet, pour builds it first.
func (w *tanks) pour(t *testing.T, store *eventlog.Store, n int) {
	t.Helper()
	w.locks[n].Lock()
	defer w.locks[n].Unlock()
	appended := event.StreamAppend{Type: tank.Stream, ID: w.ids[n], Expected: w.length[n], Events: []event.Event{tank.Poured{Amount: 1}}}
	if w.length[n] == 0 {
		appended.Expected, appended.Events = event.NoStream, []event.Event{tank.Built{Place: w.places[n]}, tank.Poured{Amount: 1}}
	}
	if _, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{appended}}); err != nil {
		t.Error(err)
		return
	}
	w.length[n] += int64(len(appended.Events))
}

// Three stores with separate connections append events, as three processes do, and two of the
// stores have a feed. Subscribers with different filters begin at different positions. Each
// subscriber gets exactly the events of the log that match its filter.
func TestEachSubscriberGetsExactlyItsEvents(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	stores, watcher := []*eventlog.Store{}, rig.Connect(t, url)
	for range 3 {
		stores = append(stores, rig.Store(t, rig.Connect(t, url), decode))
	}
	feeds := []*feed.Feed{newFeed(t, stores[0], ring.Bounds{}), newFeed(t, stores[1], ring.Bounds{Events: 16})}
	w, total := newTanks(30), 3000
	for n := range w.ids {
		w.pour(t, stores[0], n)
	}
	until, subscribers := int64(total), sync.WaitGroup{}
	random := rand.New(rand.NewPCG(19, 1))
	for n := range 24 {
		topic := []ring.Topic{{}, ring.OfSubject("roof"), ring.OfSubject("yard"), ring.OfStream(w.ids[random.IntN(30)])}[n%4]
		types := []feed.Types{nil, {"tank.built"}, {"tank.p*"}}[n%3]
		after := int64(random.IntN(60))
		subscribers.Go(func() { follow(t, feeds[n%2], watcher, topic, types, after, until) })
	}
	var writers sync.WaitGroup
	for n, store := range stores {
		writers.Go(func() {
			own := rand.New(rand.NewPCG(uint64(n), 2))
			for rig.Head(t, watcher) < until {
				for range 20 {
					w.pour(t, store, own.IntN(30))
				}
			}
		})
	}
	writers.Wait()
	subscribers.Wait()
}

// follow reads the events of a subscription up to a position, and subscribes again after every 40
// calls of the method Next. Then follow compares the events with the log.
func follow(t *testing.T, f *feed.Feed, pool *pgxpool.Pool, topic ring.Topic, types feed.Types, after, until int64) {
	t.Helper()
	var got []int64
	at := after
	for rounds := 0; at < until; rounds++ {
		s := f.Subscribe(topic, types, at)
		for next := 0; at < until && next < 40; next++ { // after 40 calls, the test subscribes again
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			events, position, err := s.Next(ctx)
			cancel()
			for _, e := range events {
				got = append(got, e.Recorded.Position)
			}
			if at = position; err != nil {
				t.Errorf("after %d: %v", at, err)
				return
			}
		}
		s.Close()
	}
	want := matching(t, pool, topic, types, after, at)
	if !slices.Equal(got, want) {
		t.Errorf("%v %v after %d: got %d events, want %d", topic, types, after, len(got), len(want))
	}
}

// matching returns the positions of the events that a subscriber must get, read from the log.
func matching(t *testing.T, pool *pgxpool.Pool, topic ring.Topic, types feed.Types, after, upTo int64) []int64 {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		SELECT e.position, e.type, e.stream_id, f.data->>'place' FROM events e
		JOIN events f ON f.stream_id = e.stream_id AND f.version = 1
		WHERE e.position > $1 AND e.position <= $2 ORDER BY e.position`, after, upTo)
	if err != nil {
		t.Fatal(err)
	}
	var positions []int64
	var e ring.Event
	_, err = pgx.ForEachRow(rows, []any{&e.Recorded.Position, &e.Recorded.Type, (*[16]byte)(&e.Recorded.StreamID), &e.Owner}, func() error {
		if e.Owned = e.Owner != ""; topic.Has(&e) && types.Has(e.Recorded.Type) {
			positions = append(positions, e.Recorded.Position)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return positions
}

// When the log loses events, a subscriber gets an error, and gets no event that was appended after
// the loss.
func TestALogThatGoesBackIsTold(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := rig.Store(t, rig.Connect(t, url), decode)
	await.Background(t, store.Watch)
	f, w := newFeed(t, store, ring.Bounds{}), newTanks(1)
	s := f.Subscribe(ring.Topic{}, nil, 0)
	defer s.Close()
	w.pour(t, store, 0)
	w.pour(t, store, 0)
	for position := int64(0); position < 3; {
		var err error
		if _, position, err = s.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	goBack(t, url)
	other := rig.Store(t, rig.Connect(t, url), decode)
	newTanks(2).pour(t, other, 1)
	for {
		events, position, err := s.Next(t.Context())
		if len(events) > 0 {
			t.Fatalf("got event %d of the other log", events[0].Recorded.Position)
		}
		if errors.Is(err, event.ErrLogChanged) {
			return
		}
		if err != nil {
			t.Fatalf("up to %d: %v", position, err)
		}
	}
}

// goBack deletes all events after position 1. The restore of a backup may have the same effect.
func goBack(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	err = pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		work.Queue(`ALTER TABLE events DISABLE TRIGGER USER`)
		work.Queue(`DELETE FROM events WHERE position > 1`)
		work.Queue(`ALTER TABLE events ENABLE TRIGGER USER`)
		return tx.SendBatch(t.Context(), work).Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}
