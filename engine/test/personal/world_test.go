package personal_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/pg"
)

const unique = "Zaphod Beeblebrox"

type world struct {
	t     *testing.T
	url   string
	owner *pgxpool.Pool
	pool  *pgxpool.Pool // connections of the API's login
	uri   string        // URI of the operator's key
	keys  *personal.Keys
	store *eventlog.Store
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, url: testdb.New(t), uri: "file://" + filepath.Join(t.TempDir(), "key.json")}
	w.owner, w.pool = connect(t, w.url), connect(t, testdb.As(t, w.url, role.API))
	if made, err := keyfile.New(w.uri); err != nil || !made {
		t.Fatal(made, err)
	}
	if _, err := w.owner.Exec(t.Context(), guest.Forgets); err != nil {
		t.Fatal(err)
	}
	w.keys = w.newKeys()
	w.store = eventlog.New(w.pool, eventlog.Config{Decode: guest.Decode, Encrypt: w.keys.Encrypt, MessageOf: event.PublicMessage})
	await.Background(t, w.store.Run)
	return w
}

func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, t.Name(), 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// newKeys returns a new Keys object, whose cache of keys is empty.
func (w *world) newKeys() *personal.Keys {
	w.t.Helper()
	operator, err := operator.Open(w.uri)
	if err != nil {
		w.t.Fatal(err)
	}
	return personal.New(w.pool, operator)
}

func (w *world) append(id uuid.UUID, expected int64, e event.Event) error {
	_, err := w.store.Append(w.t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: expected, Events: []event.Event{e}}}})
	return err
}

// register registers a guest, and returns the guest's id and encrypted name.
func (w *world) register(name, email string) (id uuid.UUID, encrypted event.Personal) {
	w.t.Helper()
	id, encrypted, err := w.tryRegister(name, email)
	if err != nil {
		w.t.Fatal(err)
	}
	return id, encrypted
}

func (w *world) tryRegister(name, email string) (id uuid.UUID, encrypted event.Personal, err error) {
	id = uuid.New()
	if err := w.append(id, event.NoStream, guest.Registered{Name: event.Private(name), Email: event.Private(email)}); err != nil {
		return id, encrypted, err
	}
	err = w.store.Load(w.t.Context(), guest.Stream, id, 0, func(e event.Recorded) error {
		registered, ok := e.Event.(guest.Registered)
		if !ok {
			return errors.New("there is another event")
		}
		encrypted = registered.Name
		return nil
	})
	return id, encrypted, err
}

func (w *world) erase(id uuid.UUID, version int64) {
	w.t.Helper()
	if err := w.append(id, version, guest.Erased{}); err != nil {
		w.t.Fatal(err)
	}
}

func reveal(ctx context.Context, keys *personal.Keys, id uuid.UUID, encrypted event.Personal) (string, error) {
	return keys.Reveal(ctx, id, guest.Stream, id, guest.Name, encrypted)
}
