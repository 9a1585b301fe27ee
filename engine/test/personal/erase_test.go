package personal_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
)

func TestWhoIsErasedCantBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	other, others := w.register("Ford", "ford@example.com")
	w.erase(id, 1)
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); !errors.Is(err, personal.ErrErased) || text != "" {
		t.Errorf("read %q, %v", text, err)
	}
	w.keys.Forget(id)
	if text, err := reveal(t.Context(), w.keys, id, encrypted); !errors.Is(err, personal.ErrErased) || text != "" {
		t.Errorf("who had the key in memory read %q, %v", text, err)
	}
	if text, err := reveal(t.Context(), w.keys, other, others); err != nil || text != "Ford" {
		t.Errorf("the other reads %q, %v", text, err)
	}
	if found, err := w.find(w.keys, "email", "zaphod@example.com"); err != nil || len(found) > 0 {
		t.Errorf("found %v, %v", found, err)
	}
	var left int
	if err := w.owner.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM keys.persons WHERE person_id = $1) + (SELECT count(*) FROM keys.lookups WHERE person_id = $1)`, id).Scan(&left); err != nil || left > 0 {
		t.Errorf("%d rows are left of the key, %v", left, err)
	}
	err := w.append(id, 2, guest.ContactChanged{Name: event.Private("again"), Email: event.Private("a@example.com")})
	if !errors.Is(err, personal.ErrErased) {
		t.Errorf("a new key for who was erased: %v", err)
	}
}

// The event that erases a person and the deletion of the person's key are stored in one
// transaction. If the append has a conflict, the key is not deleted.
func TestAnErasureThatIsNotRecordedDestroysNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	if err := w.append(id, 7, guest.Erased{}); !errors.Is(err, event.ErrConflict) {
		t.Fatalf("got %v", err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
}

// A trigger deletes a person's key when an erasing event is appended to the person's stream. An
// append with an erasing event is rejected if the stream is not the stream of a person, or if no
// person has this id.
func TestAnEventErasesOnTheStreamOfAPersonAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	room := uuid.New()
	appends := func(streamType string, id uuid.UUID, expected int64, e event.Event) error {
		_, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: streamType, ID: id, Expected: expected, Events: []event.Event{e}}}})
		return err
	}
	if err := appends("room", room, event.NoStream, guest.Noted{}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"a stream of another type":           appends("room", room, 1, guest.Erased{}),
		"the person's, by another type":      appends("room", id, 1, guest.Erased{}),
		"the person's, at a later version":   appends(guest.Stream, id, 1000, guest.Erased{}),
		"a stream that is nobody's":          appends(guest.Stream, uuid.New(), event.NoStream, guest.Erased{}),
		"a new one, of another type as well": appends("room", uuid.New(), event.NoStream, guest.Erased{}),
	} {
		if err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
	if rows := w.count(`SELECT (SELECT count(*) FROM keys.erased) + (SELECT count(*) FROM erasures)`); rows > 0 {
		t.Errorf("%d rows say that somebody was erased", rows)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
	of := uuid.New() // a person with a key, and without a stream
	if err := appends("room", uuid.New(), event.NoStream, guest.Seen{Of: of, Name: event.Private(unique)}); err != nil {
		t.Fatal(err)
	}
	for person, version := range map[uuid.UUID]int64{id: 1, of: event.NoStream} {
		if err := appends(guest.Stream, person, version, guest.Erased{}); err != nil {
			t.Error(err)
		}
	}
	if rows := w.count(`SELECT count(*) FROM keys.persons`); rows > 0 {
		t.Errorf("%d keys are left", rows)
	}
}

// If a person's key can't be read at the moment, the program does not report the person as erased.
func TestAKeyThatCantBeHadIsNotAnErasure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	path := strings.TrimPrefix(w.uri, "file://")
	away := func(name string, keys *personal.Keys) {
		t.Helper()
		if text, err := reveal(t.Context(), keys, id, encrypted); !errors.Is(err, personal.ErrKeysAway) || errors.Is(err, personal.ErrErased) || text != "" {
			t.Errorf("%s: read %q, %v", name, text, err)
		}
		if _, err := keys.Encrypt(t.Context(), guest.Stream, uuid.New(), 1, guest.Registered{Name: event.Private("x")}); !errors.Is(err, personal.ErrKeysAway) {
			t.Errorf("%s: encrypted: %v", name, err)
		}
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	away("no file", w.newKeys())
	if _, err := keyfile.New(w.uri); err != nil {
		t.Fatal(err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); !errors.Is(err, personal.ErrKeysAway) || text != "" {
		t.Errorf("another key: read %q, %v", text, err)
	}
	if err := os.WriteFile(path, []byte(`{"primaryKeyId": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	away("no keyset", w.newKeys())
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); err != nil || text != unique {
		t.Errorf("back again: read %q, %v", text, err)
	}
	if _, err := w.owner.Exec(t.Context(), `DELETE FROM keys.persons`); err != nil { // as after the restore of a backup that does not contain the keys
		t.Fatal(err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); !errors.Is(err, personal.ErrKeysAway) || text != "" {
		t.Errorf("a key that was lost: read %q, %v", text, err)
	}
	w.pool.Close()
	if text, err := reveal(t.Context(), w.newKeys(), id, encrypted); !errors.Is(err, personal.ErrKeysAway) || text != "" {
		t.Errorf("no database: read %q, %v", text, err)
	}
}
