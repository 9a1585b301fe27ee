package eventlog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
)

// One writer has an open transaction while a second writer wants to commit. No reader may miss the
// event of the first writer. If positions came from a database sequence, a reader could see the
// event of the second writer first, continue after it, and never read the event of the first
// writer.
func TestOpenTransactionIsNeverSkipped(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	slow, fast := newStore(t, url), newStore(t, url)
	watch := connect(t, url)
	openGate := holdGate(t, watch, `NEW.data ->> 'amount' = '1'`)

	first := appendSoon(t, slow, stream(uuid.New(), event.NoStream, 1))
	await.True(t, "the slow writer sits in its transaction", func() bool { return waitingForLock(t, watch) == 1 })
	second := appendSoon(t, fast, stream(uuid.New(), event.NoStream, 2))
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
		"no stream, and there is none":     {0, event.NoStream, false},
		"no stream, and there is one":      {1, event.NoStream, true},
		"the version it is at":             {3, 3, false},
		"a stale version":                  {3, 2, true},
		"a version above the head":         {3, 4, true},
		"a version of a stream that isn't": {0, 1, true},
		"any version of a new stream":      {0, event.AnyVersion, false},
		"any version of a stream":          {3, event.AnyVersion, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := uuid.New()
			for version := range tc.given {
				mustAppend(t, store, stream(id, version, 1))
			}
			appended, err := store.Append(t.Context(), stream(id, tc.expected, 1, 2))
			if tc.conflict != errors.Is(err, event.ErrConflict) {
				t.Fatalf("got %v, want a conflict: %v", err, tc.conflict)
			}
			if !tc.conflict && appended.Version != tc.given+2 {
				t.Errorf("version %d, want %d", appended.Version, tc.given+2)
			}
		})
	}
}

func TestSeveralStreamsAllOrNothing(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	from, to := uuid.New(), uuid.New()
	transfer := func(expectedTo int64) event.Append {
		return event.Append{Streams: []event.StreamAppend{
			{Type: tank.Stream, ID: from, Expected: 0, Events: []event.Event{tank.Drained{Amount: 5}, poured(1)}},
			{Type: tank.Stream, ID: to, Expected: expectedTo, Events: []event.Event{poured(5)}},
		}}
	}
	if _, err := store.Append(t.Context(), transfer(1)); !errors.Is(err, event.ErrConflict) {
		t.Fatalf("got %v, want a conflict of the second stream", err)
	}
	if seen := positions(t, store); len(seen) != 0 {
		t.Fatalf("half of it was appended: %v", seen)
	}
	appended := mustAppend(t, store, transfer(0))
	want := event.Appended{StreamID: from, Version: 2, Position: 3, EventID: appended.EventID, Ends: []event.StreamEnd{
		{Version: 2, Position: 2, EventID: appended.EventID}, {Version: 1, Position: 3, EventID: appended.Ends[1].EventID},
	}}
	if diff := cmp.Diff(want, appended); diff != "" {
		t.Errorf("appended (-want +got):\n%s", diff)
	}
}

// An open transaction in another database of the same server neither delays the readers of the log
// nor hides events from them.
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
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
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
	id, note := uuid.New(), strings.Repeat("ü", 1<<19)
	mustAppend(t, store, event.Append{Streams: []event.StreamAppend{{
		Type: tank.Stream, ID: id, Events: []event.Event{tank.Poured{Amount: 1, Note: note}},
	}}})
	loaded := 0
	err := store.Load(t.Context(), tank.Stream, id, 0, func(e event.Recorded) error {
		loaded++
		if back, ok := e.Event.(tank.Poured); !ok || back.Note != note {
			t.Error("the payload came back changed")
		}
		return nil
	})
	if err != nil || loaded != 1 {
		t.Errorf("loaded %d events, %v", loaded, err)
	}
}

func TestMetadataComesBack(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	a := stream(uuid.New(), event.NoStream, 1)
	a.Metadata = event.Metadata{CorrelationID: "c", CausationID: "m", CommandID: "d", Actor: "ada", Traceparent: "00-1-2-01"}
	mustAppend(t, store, a)
	tail, err := store.After(t.Context(), 0, 1)
	if err != nil || len(tail) != 1 {
		t.Fatal(tail, err)
	}
	e := tail[0]
	if e.Metadata != a.Metadata || e.SchemaVersion != 1 || e.Type != "tank.poured" || e.StreamType != tank.Stream {
		t.Errorf("got %+v", e)
	}
	if e.OccurredAt.IsZero() || e.RecordedAt.Before(e.OccurredAt.Add(-time.Minute)) {
		t.Errorf("occurred at %s, recorded at %s", e.OccurredAt, e.RecordedAt)
	}

}
