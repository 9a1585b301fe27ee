package personal_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
)

const everything = `SELECT (SELECT count(*) FROM keys.persons) + (SELECT count(*) FROM keys.lookups)`

// If an append is rejected for any reason, it stores neither a person's key nor a lookup (the keyed
// hash by which a person is found).
func TestARefusedAppendLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	once := &event.Once{Key: "one", Fingerprint: []byte{1}, Keep: 1 << 40}
	register := func(id uuid.UUID, expected int64, email string, once *event.Once) error {
		_, err := w.store.Append(t.Context(), event.Append{Once: once, Streams: []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: expected,
			Events: []event.Event{guest.Registered{Name: event.Private(unique), Email: event.Private(email)}}}}})
		return err
	}
	there := uuid.New()
	if err := register(there, event.NoStream, "zaphod@example.com", once); err != nil {
		t.Fatal(err)
	}
	before := w.count(everything)
	if err := register(uuid.New(), event.NoStream, "ford@example.com", once); !errors.Is(err, event.ErrAnswered) {
		t.Errorf("a key that has an answer: %v", err)
	}
	if err := register(uuid.New(), 7, "ford@example.com", nil); !errors.Is(err, event.ErrConflict) {
		t.Errorf("a stream that is not there: %v", err)
	}
	if err := register(there, event.NoStream, "ford@example.com", nil); !errors.Is(err, event.ErrConflict) {
		t.Errorf("a stream that is there: %v", err)
	}
	if after := w.count(everything); after != before {
		t.Errorf("%d keys and look-ups are there, and %d were", after, before)
	}
	for email, want := range map[string]int{"zaphod@example.com": 1, "ford@example.com": 0} {
		if found, err := w.find(w.newKeys(), "email", email); err != nil || len(found) != want {
			t.Errorf("%s finds %v, %v", email, found, err)
		}
	}
}

// Eight stores, as in eight processes, register a person with the same id at the same time, and
// only one of them succeeds. The failed attempts leave nothing in the tables of keys and lookups.
// The registered person can be found and read.
func TestOneOfManyRegistersAndTheOthersLeaveNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := uuid.New()
	won := make(chan string, 8)
	var all sync.WaitGroup
	for range cap(won) {
		process := *w
		process.store = eventlog.New(w.pool, eventlog.Config{Decode: guest.Decode, Encrypt: w.newKeys().Encrypt})
		await.Background(t, process.store.Run)
		email := uuid.NewString() + "@example.com"
		all.Go(func() {
			err := process.append(id, event.NoStream, guest.Registered{Name: event.Private(unique), Email: event.Private(email)})
			if err == nil {
				won <- email
			} else if !errors.Is(err, event.ErrConflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	close(won)
	if rows := w.count(everything); rows != 2 || len(won) != 1 {
		t.Fatalf("%d have won, and %d rows are left", len(won), rows)
	}
	if found, err := w.find(w.newKeys(), "email", <-won); err != nil || len(found) != 1 {
		t.Errorf("found %v, %v", found, err)
	}
}

// A lookup finds a person by the current text of a field, and not by an earlier text.
func TestLookUpsFollowAChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.register(unique, "Stra\u00dfe@example.de") // the text has two normalized forms
	other, _ := w.register("Ford", "strasse@example.de")
	change := func(version int64, email string) {
		t.Helper()
		if err := w.append(id, version, guest.ContactChanged{Name: event.Private(unique), Email: event.Private(email)}); err != nil {
			t.Fatal(err)
		}
	}
	finds := func(email string, want ...uuid.UUID) {
		t.Helper()
		found, err := w.find(w.newKeys(), "email", email)
		if err != nil || len(found) != len(want) || len(want) == 1 && found[0] != want[0] {
			t.Errorf("%q finds %v, want %v: %v", email, found, want, err)
		}
	}
	finds("strasse@example.de", id, other)
	change(1, "zaphod@example.com")
	finds("strasse@example.de", other)
	finds("ZAPHOD@example.com", id)
	if err := w.append(id, 1, guest.ContactChanged{Email: event.Private("nobody@example.com")}); !errors.Is(err, event.ErrConflict) {
		t.Errorf("a change of a version that has gone: %v", err)
	}
	finds("nobody@example.com")
	finds("zaphod@example.com", id)
	both := event.StreamAppend{Type: guest.Stream, ID: id, Expected: 2, Events: []event.Event{
		guest.ContactChanged{Email: event.Private("first@example.com")}, guest.ContactChanged{Email: event.Private("second@example.com")},
	}}
	if _, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{both}}); err != nil {
		t.Fatal(err)
	}
	finds("first@example.com")
	finds("second@example.com", id)
	change(4, "")
	finds("second@example.com")
	if rows := w.count(`SELECT count(*) FROM keys.lookups`); rows != 1 {
		t.Errorf("%d look-ups are left, of one address", rows)
	}
}

// One append registers a person and also erases the person. Afterwards the person has no key.
func TestWhoComesAndGoesAtOnceHasNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := uuid.New()
	_, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: event.NoStream, Events: []event.Event{
		guest.Registered{Name: event.Private(unique), Email: event.Private("zaphod@example.com")}, guest.Erased{},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	if rows := w.count(everything); rows != 0 {
		t.Errorf("%d rows are left", rows)
	}
	w.keys.Forget(id)
	if err := w.append(id, 2, guest.ContactChanged{Name: event.Private("again")}); !errors.Is(err, personal.ErrErased) {
		t.Errorf("got %v", err)
	}
}
