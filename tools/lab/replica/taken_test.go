//go:build all && unix

package replica_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/pg"
)

// In this test, only the primary has the commit that gives a unique value to a guest. Because of
// that commit, another guest can't get the value. The refusal waits until the standby has the
// commit, because after a promotion without the commit the value would be free.
func TestATakenValueWaitsForTheStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if made, err := keyfile.New(uri); err != nil || !made {
		t.Fatal(made, err)
	}
	taker, refused := listing(t, p.primary, "taker", uri), listing(t, p.primary, "refused", uri)
	for _, store := range []*eventlog.Store{taker, refused} { // both have the key of look-ups
		if err := list(t.Context(), store, uuid.NewString()+"@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	p.loseStandby(t)
	ctx, cancel := context.WithTimeout(t.Context(), await.Within/10)
	defer cancel()
	if err := list(ctx, taker, "one@example.com"); !errors.Is(err, event.ErrUnknownOutcome) {
		t.Fatalf("got %v, want an unknown outcome", err)
	}
	done := make(chan error, 1)
	go func() { done <- list(t.Context(), refused, "One@example.com") }()
	p.waits(t, "refused", done)
	p.regainStandby(t)
	if err := await.Signal(t, "the refusal", done); !errors.Is(err, event.ErrTaken) {
		t.Errorf("got %v, want that the value is taken", err)
	}
}

// listing returns the Store of a process that encrypts the personal data of guests.
func listing(t *testing.T, url, name, uri string) *eventlog.Store {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, name, 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	service, err := operator.Open(uri)
	if err != nil {
		t.Fatal(err)
	}
	store := eventlog.New(pool, eventlog.Config{Decode: guest.Decode, Encrypt: personal.New(pool, service).Encrypt})
	await.Background(t, store.Run)
	return store
}

// list gives a new guest an address that no other guest of the hotel has.
func list(ctx context.Context, store *eventlog.Store, email string) error {
	id := uuid.New()
	_, err := store.Append(ctx, event.Append{Streams: []event.StreamAppend{{
		Type: guest.Stream, ID: id, Expected: event.NoStream, Events: []event.Event{guest.Listed{Of: id, Hotel: "Ritz", Email: event.Private(email)}},
	}}})
	return err
}
