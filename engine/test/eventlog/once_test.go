package eventlog_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

func once(id uuid.UUID, expected int64, key string, keep time.Duration, amounts ...int64) event.Append {
	a := stream(id, expected, amounts...)
	a.Once = &event.Once{Key: key, Fingerprint: []byte("f"), Keep: keep, Position: 77}
	return a
}

func answers(t *testing.T, store *eventlog.Store, keys ...string) map[string]event.Answered {
	t.Helper()
	found, err := store.Answers(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestKeyTakesEffectOnce(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, other := newStore(t, url), newStore(t, url)
	id := uuid.New()
	first := mustAppend(t, store, once(id, 0, "k", time.Hour, 1, 2))
	if _, err := other.Append(t.Context(), once(uuid.New(), 0, "k", time.Hour, 1)); !errors.Is(err, event.ErrAnswered) {
		t.Errorf("got %v, want ErrAnswered from another process", err)
	}
	if answer := answers(t, other, "other", "k")["k"]; !cmp.Equal(answer.Appended, first, exceptIDs) || !bytes.Equal(answer.Fingerprint, []byte("f")) {
		t.Errorf("got %+v, want %+v", answer, first)
	}
	if seen := positions(t, store); len(seen) != 2 {
		t.Errorf("%d events, want 2", len(seen))
	}
}

// If an append with an idempotency key has a conflict, the key can be used again. The key and the
// events are stored in the same transaction, so neither is stored after a conflict.
func TestKeyOfAConflictIsFree(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	if _, err := store.Append(t.Context(), once(uuid.New(), 5, "k", time.Hour, 1)); !errors.Is(err, event.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if found := answers(t, store, "k"); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

// A command may be accepted without causing an event. If the stream has the expected version, the
// answer is stored under the idempotency key nevertheless.
func TestKeyOfADecisionOfNoEvents(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	id := uuid.New()
	mustAppend(t, store, stream(id, 0, 1))
	appended := mustAppend(t, store, once(id, 1, "k", time.Hour))
	want := event.Appended{StreamID: id, Version: 1, Position: 77}
	if !cmp.Equal(appended, want) {
		t.Errorf("got %+v, want %+v", appended, want)
	}
	if answer := answers(t, store, "k")["k"]; !cmp.Equal(answer.Appended, want) {
		t.Errorf("got %+v, want %+v", answer, want)
	}
	if _, err := store.Append(t.Context(), once(id, 0, "l", time.Hour)); !errors.Is(err, event.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
}

func TestExpiredKeyIsForgotten(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	mustAppend(t, store, once(uuid.New(), 0, "old", -time.Second, 1))
	mustAppend(t, store, once(uuid.New(), 0, "new", time.Hour, 1))
	if found := answers(t, store, "old"); len(found) != 0 {
		t.Errorf("an expired answer was given: %v", found)
	}
	mustAppend(t, store, once(uuid.New(), 0, "old", -time.Second, 1)) // an expired key can be used again even before it is deleted
	if forgotten, err := store.ForgetExpired(t.Context()); forgotten != 1 || err != nil {
		t.Errorf("forgot %d, %v, want 1", forgotten, err)
	}
	if found := answers(t, store, "new"); len(found) != 1 {
		t.Error("a valid answer is gone")
	}
}
