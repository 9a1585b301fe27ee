// Package privacy_test holds what is personal to its promises: readable while its key is
// there, by nobody afterwards, and never taken for erased while a key can't be had.
package privacy_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventstore"
	"example.com/pgcqrs/engine/privacy"
)

const unique = "Zaphod Beeblebrox"

type world struct {
	t     *testing.T
	url   string
	owner *pgxpool.Pool
	pool  *pgxpool.Pool // the API's
	uri   string        // of the operator's key
	keys  *privacy.Keys
	store *eventstore.Store
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, url: testdb.New(t), uri: "file://" + filepath.Join(t.TempDir(), "key.json")}
	w.owner, w.pool = connect(t, w.url), connect(t, testdb.As(t, w.url, database.APIRole))
	if made, err := privacy.NewKeyFile(w.uri); err != nil || !made {
		t.Fatal(made, err)
	}
	if _, err := w.owner.Exec(t.Context(), forgets); err != nil {
		t.Fatal(err)
	}
	w.keys = w.newKeys()
	w.store = eventstore.New(w.pool, eventstore.Config{Decode: decodeGuest, Seal: w.keys.Seal, MessageOf: event.PublicMessage})
	await.Background(t, w.store.Run)
	return w
}

func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := database.Open(t.Context(), url, t.Name(), 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// newKeys remember nothing.
func (w *world) newKeys() *privacy.Keys {
	w.t.Helper()
	operator, err := privacy.OperatorKey(w.uri)
	if err != nil {
		w.t.Fatal(err)
	}
	return privacy.New(w.pool, operator)
}

func (w *world) append(id uuid.UUID, expected int64, e event.Event) error {
	_, err := w.store.Append(w.t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest, ID: id, Expected: expected, Events: []event.Event{e}}}})
	return err
}

// register registers a guest, whose name is sealed.
func (w *world) register(name, email string) (id uuid.UUID, sealed event.Personal) {
	w.t.Helper()
	id, sealed, err := w.tryRegister(name, email)
	if err != nil {
		w.t.Fatal(err)
	}
	return id, sealed
}

func (w *world) tryRegister(name, email string) (id uuid.UUID, sealed event.Personal, err error) {
	id = uuid.New()
	if err := w.append(id, event.NoStream, guestRegistered{Name: event.Private(name), Email: event.Private(email)}); err != nil {
		return id, sealed, err
	}
	err = w.store.Load(w.t.Context(), guest, id, 0, func(e event.Recorded) error {
		registered, ok := e.Event.(guestRegistered)
		if !ok {
			return errors.New("there is another event")
		}
		sealed = registered.Name
		return nil
	})
	return id, sealed, err
}

func (w *world) erase(id uuid.UUID, version int64) {
	w.t.Helper()
	if err := w.append(id, version, guestErased{}); err != nil {
		w.t.Fatal(err)
	}
}

func reveal(ctx context.Context, keys *privacy.Keys, id uuid.UUID, sealed event.Personal) (string, error) {
	return keys.Reveal(ctx, id, guest, id, guestName, sealed)
}

func TestWhatIsPersonalIsSealedAndOpens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	for name, keys := range map[string]*privacy.Keys{"who has sealed it": w.keys, "another process": w.newKeys()} {
		if text, err := reveal(t.Context(), keys, id, sealed); err != nil || text != unique {
			t.Errorf("%s reads %q, %v", name, text, err)
		}
	}
	var stored string
	if err := w.owner.QueryRow(t.Context(), `SELECT data::text || (SELECT data::text FROM outbox) FROM events`).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(stored, "Zaphod") || strings.Contains(stored, "zaphod") || !strings.Contains(stored, "sealed.1.1.") {
		t.Errorf("stored: %s", stored)
	}
}

// A ciphertext belongs to one person, stream, version and field.
func TestWhatIsSealedOpensNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	other, _ := w.register("Ford", "ford@example.com")
	_, ciphertext, err := sealed.Parts()
	if err != nil {
		t.Fatal(err)
	}
	another := "x" + ciphertext[1:]
	if another == ciphertext {
		another = "y" + ciphertext[1:]
	}
	ctx := t.Context()
	for name, read := range map[string]func() (string, error){
		"another person":    func() (string, error) { return w.keys.Reveal(ctx, other, guest, id, guestName, sealed) },
		"another stream":    func() (string, error) { return w.keys.Reveal(ctx, id, guest, other, guestName, sealed) },
		"another type":      func() (string, error) { return w.keys.Reveal(ctx, id, "room", id, guestName, sealed) },
		"another field":     func() (string, error) { return w.keys.Reveal(ctx, id, guest, id, guestEmail, sealed) },
		"another version":   func() (string, error) { return reveal(ctx, w.keys, id, event.NewSealed(2, ciphertext)) },
		"another text":      func() (string, error) { return reveal(ctx, w.keys, id, event.NewSealed(1, another)) },
		"no ciphertext":     func() (string, error) { return reveal(ctx, w.keys, id, event.NewSealed(1, "")) },
		"what is no sealed": func() (string, error) { return reveal(ctx, w.keys, id, event.AsSealed(unique)) },
	} {
		if text, err := read(); err == nil || text != "" || errors.Is(err, privacy.ErrErased) {
			t.Errorf("%s: read %q, %v", name, text, err)
		}
	}
}

func TestWhoIsErasedCantBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	other, others := w.register("Ford", "ford@example.com")
	w.erase(id, 1)
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); !errors.Is(err, privacy.ErrErased) || text != "" {
		t.Errorf("read %q, %v", text, err)
	}
	w.keys.Forget(id)
	if text, err := reveal(t.Context(), w.keys, id, sealed); !errors.Is(err, privacy.ErrErased) || text != "" {
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
	err := w.append(id, 2, guestContactChanged{Name: event.Private("again"), Email: event.Private("a@example.com")})
	if !errors.Is(err, privacy.ErrErased) {
		t.Errorf("a new key for who was erased: %v", err)
	}
}

// A memory of a key ends by itself, in a process that has not heard of the erasure.
func TestAKeyIsNotRememberedForLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	elsewhere := w.newKeys()
	if _, err := reveal(t.Context(), elsewhere, id, sealed); err != nil {
		t.Fatal(err)
	}
	w.erase(id, 1)
	start := time.Now()
	await.True(t, "it is forgotten", func() bool {
		_, err := reveal(t.Context(), elsewhere, id, sealed)
		return errors.Is(err, privacy.ErrErased)
	})
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

// The event and the end of the key are one transaction, whoever appends.
func TestAnErasureThatIsNotRecordedDestroysNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	if err := w.append(id, 7, guestErased{}); !errors.Is(err, event.ErrConflict) {
		t.Fatalf("got %v", err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
}

// An event erases on a stream of the type that its trigger names, and somebody who is there: else it is refused.
func TestAnEventErasesOnTheStreamOfAPersonAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	room := uuid.New()
	appends := func(streamType string, id uuid.UUID, expected int64, e event.Event) error {
		_, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: streamType, ID: id, Expected: expected, Events: []event.Event{e}}}})
		return err
	}
	if err := appends("room", room, event.NoStream, guestNoted{}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"a stream of another type":           appends("room", room, 1, guestErased{}),
		"the person's, by another type":      appends("room", id, 1, guestErased{}),
		"the person's, at a later version":   appends(guest, id, 1000, guestErased{}),
		"a stream that is nobody's":          appends(guest, uuid.New(), event.NoStream, guestErased{}),
		"a new one, of another type as well": appends("room", uuid.New(), event.NoStream, guestErased{}),
	} {
		if err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
	if rows := w.count(`SELECT (SELECT count(*) FROM keys.erased) + (SELECT count(*) FROM erasures)`); rows > 0 {
		t.Errorf("%d rows say that somebody was erased", rows)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); err != nil || text != unique {
		t.Errorf("read %q, %v", text, err)
	}
	of := uuid.New() // with a key, and without a stream of their own
	if err := appends("room", uuid.New(), event.NoStream, guestSeen{Of: of, Name: event.Private(unique)}); err != nil {
		t.Fatal(err)
	}
	for person, version := range map[uuid.UUID]int64{id: 1, of: event.NoStream} {
		if err := appends(guest, person, version, guestErased{}); err != nil {
			t.Error(err)
		}
	}
	if rows := w.count(`SELECT count(*) FROM keys.persons`); rows > 0 {
		t.Errorf("%d keys are left", rows)
	}
}

// What can't be reached is not erased.
func TestAKeyThatCantBeHadIsNotAnErasure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	path := strings.TrimPrefix(w.uri, "file://")
	away := func(name string, keys *privacy.Keys) {
		t.Helper()
		if text, err := reveal(t.Context(), keys, id, sealed); !errors.Is(err, privacy.ErrKeysAway) || errors.Is(err, privacy.ErrErased) || text != "" {
			t.Errorf("%s: read %q, %v", name, text, err)
		}
		if _, err := keys.Seal(t.Context(), guest, uuid.New(), 1, guestRegistered{Name: event.Private("x")}); !errors.Is(err, privacy.ErrKeysAway) {
			t.Errorf("%s: sealed: %v", name, err)
		}
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	away("no file", w.newKeys())
	if _, err := privacy.NewKeyFile(w.uri); err != nil {
		t.Fatal(err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); !errors.Is(err, privacy.ErrKeysAway) || text != "" {
		t.Errorf("another key: read %q, %v", text, err)
	}
	if err := os.WriteFile(path, []byte(`{"primaryKeyId": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	away("no keyset", w.newKeys())
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); err != nil || text != unique {
		t.Errorf("back again: read %q, %v", text, err)
	}
	if _, err := w.owner.Exec(t.Context(), `DELETE FROM keys.persons`); err != nil { // as if restored without keys
		t.Fatal(err)
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); !errors.Is(err, privacy.ErrKeysAway) || text != "" {
		t.Errorf("a key that was lost: read %q, %v", text, err)
	}
	w.pool.Close()
	if text, err := reveal(t.Context(), w.newKeys(), id, sealed); !errors.Is(err, privacy.ErrKeysAway) || text != "" {
		t.Errorf("no database: read %q, %v", text, err)
	}
}

// The operator's key changes, and no event does. Processes that run go on.
func TestTheOperatorsKeyRotates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, sealed := w.register(unique, "zaphod@example.com")
	running := w.newKeys() // has read the key file, and not this person's key
	if _, err := w.find(running, "email", "zaphod@example.com"); err != nil {
		t.Fatal(err)
	}
	before := w.wrapped(id)
	w.rotate()
	if w.wrapped(id) == before {
		t.Error("the person's key is wrapped as before")
	}
	for name, keys := range map[string]*privacy.Keys{"a process that runs": running, "a new one": w.newKeys()} {
		if text, err := reveal(t.Context(), keys, id, sealed); err != nil || text != unique {
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

// Several processes meet a person at once: there is one key, which opens what is in the log.
func TestOneKeyForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := uuid.New()
	var all sync.WaitGroup
	streams := make([]uuid.UUID, 8) // of each process: all about the one person
	for i := range streams {
		process := *w
		process.store = eventstore.New(w.pool, eventstore.Config{Decode: decodeGuest, Seal: w.newKeys().Seal})
		await.Background(t, process.store.Run)
		streams[i] = uuid.New()
		all.Go(func() {
			if err := process.append(streams[i], event.NoStream, guestSeen{Of: id, Name: event.Private(unique)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	keys := w.newKeys()
	for _, stream := range streams {
		err := w.store.Load(t.Context(), guest, stream, 0, func(e event.Recorded) error {
			seen, ok := e.Event.(guestSeen)
			if text, err := keys.Reveal(t.Context(), id, guest, stream, guestName, seen.Name); !ok || err != nil || text != unique {
				t.Errorf("read %q, %v", text, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// What nobody has sealed can't be stored, whatever was forgotten.
func TestNothingPersonalIsStoredInClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := eventstore.New(w.pool, eventstore.Config{Decode: decodeGuest}) // without Seal
	await.Background(t, store.Run)
	_, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest, ID: uuid.New(), Expected: event.NoStream,
		Events: []event.Event{guestRegistered{Name: event.Private(unique)}}}}})
	if err == nil || strings.Contains(err.Error(), unique) {
		t.Errorf("got %v", err)
	}
	if err := w.append(uuid.New(), event.AnyVersion, guestRegistered{Name: event.Private(unique)}); err == nil {
		t.Error("sealed for a version that nobody knows")
	}
}

// Whoever has the service's login can't destroy a key but by an event that says so, on the person's stream. Such an event is the
// login's to append: docs/security.md says what that means.
func TestKeysAreNotTheAPIsToDestroy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(unique, "zaphod@example.com")
	projector := connect(t, testdb.As(t, w.url, database.ProjectorRole))
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

// Processes that start at once, as the API does, fingerprint requests alike: else a repetition
// would be taken for another request.
func TestEveryProcessFingerprintsByOneKey(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.As(t, testdb.New(t), database.APIRole))
	keys := make([]string, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, err := privacy.FingerprintKey(t.Context(), pool)
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
