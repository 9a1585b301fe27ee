// Package personal_test checks the guarantees for personal text. The text can be read while the
// person's key exists. After the key was deleted, nobody can read the text. If the key exists but
// can't be read, the text does not count as erased.
package personal_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/pg/role"
)

func TestWhatIsPersonalIsEncryptedAndDecrypted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	for name, keys := range map[string]*personal.Keys{"who has encrypted it": w.keys, "another process": w.newKeys()} {
		if text, err := reveal(t.Context(), keys, id, encrypted); err != nil || text != unique {
			t.Errorf("%s reads %q, %v", name, text, err)
		}
	}
	var stored string
	if err := w.owner.QueryRow(t.Context(), `SELECT data::text || (SELECT data::text FROM outbox) FROM events`).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(stored, "Zaphod") || strings.Contains(stored, "zaphod") || !strings.Contains(stored, "encrypted.1.1.") {
		t.Errorf("stored: %s", stored)
	}
}

// Each ciphertext is bound to a person, stream, version and field. With another person, stream,
// version or field, the decryption fails.
func TestWhatIsEncryptedIsDecryptedNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	other, _ := w.register("Ford", "ford@example.com")
	_, ciphertext, err := encrypted.Parts()
	if err != nil {
		t.Fatal(err)
	}
	another := "x" + ciphertext[1:]
	if another == ciphertext {
		another = "y" + ciphertext[1:]
	}
	ctx := t.Context()
	for name, read := range map[string]func() (string, error){
		"another person":        func() (string, error) { return w.keys.Reveal(ctx, other, guest.Stream, id, guest.Name, encrypted) },
		"another stream":        func() (string, error) { return w.keys.Reveal(ctx, id, guest.Stream, other, guest.Name, encrypted) },
		"another type":          func() (string, error) { return w.keys.Reveal(ctx, id, "room", id, guest.Name, encrypted) },
		"another field":         func() (string, error) { return w.keys.Reveal(ctx, id, guest.Stream, id, guest.Email, encrypted) },
		"another version":       func() (string, error) { return reveal(ctx, w.keys, id, event.NewEncrypted(2, ciphertext)) },
		"another text":          func() (string, error) { return reveal(ctx, w.keys, id, event.NewEncrypted(1, another)) },
		"no ciphertext":         func() (string, error) { return reveal(ctx, w.keys, id, event.NewEncrypted(1, "")) },
		"what is not encrypted": func() (string, error) { return reveal(ctx, w.keys, id, event.AsEncrypted(unique)) },
	} {
		if text, err := read(); err == nil || text != "" || errors.Is(err, personal.ErrErased) {
			t.Errorf("%s: read %q, %v", name, text, err)
		}
	}
}

// Each process caches the keys of persons for a limited time. A cached key expires even if the
// process has not read the erasing event.
func TestAKeyIsNotRememberedForLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	elsewhere := w.newKeys()
	if _, err := reveal(t.Context(), elsewhere, id, encrypted); err != nil {
		t.Fatal(err)
	}
	w.erase(id, 1)
	start := time.Now()
	await.True(t, "it is forgotten", func() bool {
		_, err := reveal(t.Context(), elsewhere, id, encrypted)
		return errors.Is(err, personal.ErrErased)
	})
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

// The operator can rotate the wrapping key, by which the keys of persons are encrypted. No event
// changes, and running processes need no restart.
func TestTheOperatorsKeyRotates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, encrypted := w.register(unique, "zaphod@example.com")
	running := w.newKeys() // has read the key file, but not the key of this person
	if _, err := w.find(running, "email", "zaphod@example.com"); err != nil {
		t.Fatal(err)
	}
	before := w.wrapped(id)
	w.rotate()
	if w.wrapped(id) == before {
		t.Error("the person's key is wrapped as before")
	}
	for name, keys := range map[string]*personal.Keys{"a process that runs": running, "a new one": w.newKeys()} {
		if text, err := reveal(t.Context(), keys, id, encrypted); err != nil || text != unique {
			t.Errorf("%s reads %q, %v", name, text, err)
		}
		if found, err := w.find(keys, "email", "ZAPHOD@example.com"); err != nil || len(found) != 1 || found[0] != id {
			t.Errorf("%s finds %v, %v", name, found, err)
		}
	}
}

func (w *world) wrapped(id uuid.UUID) (wrapped string) {
	w.t.Helper()
	if err := w.owner.QueryRow(w.t.Context(), `SELECT wrapped::text FROM keys.persons WHERE person_id = $1`, id).Scan(&wrapped); err != nil {
		w.t.Fatal(err)
	}
	return wrapped
}

// Eight stores with separate caches of keys, as in eight processes, need the key of a new person at
// the same time. Only one key is created, and it decrypts the events of all stores.
func TestOneKeyForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := uuid.New()
	var all sync.WaitGroup
	streams := make([]uuid.UUID, 8) // one stream for each process; all streams are about the same person
	for i := range streams {
		process := *w
		process.store = eventlog.New(w.pool, eventlog.Config{Decode: guest.Decode, Encrypt: w.newKeys().Encrypt})
		await.Background(t, process.store.Run)
		streams[i] = uuid.New()
		all.Go(func() {
			if err := process.append(streams[i], event.NoStream, guest.Seen{Of: id, Name: event.Private(unique)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	keys := w.newKeys()
	for _, stream := range streams {
		err := w.store.Load(t.Context(), guest.Stream, stream, 0, func(e event.Recorded) error {
			seen, ok := e.Event.(guest.Seen)
			if text, err := keys.Reveal(t.Context(), id, guest.Stream, stream, guest.Name, seen.Name); !ok || err != nil || text != unique {
				t.Errorf("read %q, %v", text, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// If a program has a bug and does not encrypt personal text, the database rejects the event.
func TestNothingPersonalIsStoredInClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := eventlog.New(w.pool, eventlog.Config{Decode: guest.Decode}) // without Encrypt
	await.Background(t, store.Run)
	_, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest.Stream, ID: uuid.New(), Expected: event.NoStream,
		Events: []event.Event{guest.Registered{Name: event.Private(unique)}}}}})
	if err == nil || strings.Contains(err.Error(), unique) {
		t.Errorf("got %v", err)
	}
	if err := w.append(uuid.New(), event.AnyVersion, guest.Registered{Name: event.Private(unique)}); err == nil {
		t.Error("encrypted for a version that nobody knows")
	}
}

// The API's login can't delete the key of a person with SQL. The API's login can only append an
// event that erases the person. A trigger of the database then deletes the key. The page
// docs/security.md explains the consequences.
func TestKeysAreNotTheAPIsToDestroy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	projector := connect(t, testdb.As(t, w.url, role.Projector))
	for _, sql := range []string{`DELETE FROM keys.persons`, `UPDATE keys.persons SET wrapped = ''`, `TRUNCATE keys.persons CASCADE`, `DELETE FROM keys.lookups`,
		`INSERT INTO keys.erased SELECT person_id FROM keys.persons`, `UPDATE keys.secrets SET wrapped = ''`, `SELECT keys.erase_person()`} {
		if _, err := w.pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("the API may %s", sql)
		}
	}
	for _, table := range []string{"persons", "erased", "lookups", "secrets"} {
		if _, err := projector.Exec(t.Context(), `SELECT FROM keys.`+table); err == nil {
			t.Errorf("the projector may read keys.%s", table)
		}
	}
}

// Several API processes may start at the same time. All of them must use the same secret to compute
// the fingerprints (keyed hashes) of requests. Otherwise a process would not recognize a repeated
// request with the same idempotency key.
func TestEveryProcessFingerprintsByOneKey(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.As(t, testdb.New(t), role.API))
	keys := make([]string, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, err := personal.FingerprintKey(t.Context(), pool)
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(key)
		})
	}
	all.Wait()
	for _, key := range keys {
		if key != keys[0] || len(key) != 32 {
			t.Errorf("%d bytes, others than the first process has", len(key))
		}
	}
}
