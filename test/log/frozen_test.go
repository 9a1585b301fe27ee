package log_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/test/testdb"
)

// A flight may be cut in two by a process that freezes just then, with the append
// lock granted. It stops the others for a flight of theirs, not for ever.
func TestFrozenHolderOfTheAppendLock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	frozen, err := connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = frozen.Rollback(context.Background()) })
	if _, err := frozen.Exec(t.Context(), `SELECT pg_advisory_xact_lock(7022354871391810670)`); err != nil {
		t.Fatal(err)
	}
	store := newStore(t, url)
	if r := <-appendSoon(t, store, stream(uuid.New(), 0, 1)); !errors.Is(r.err, events.ErrUnknownOutcome) {
		t.Errorf("got %v, want an unknown outcome", r.err)
	}
	mustAppend(t, store, stream(uuid.New(), 0, 1))
}
