package privacy_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
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
	if _, err := w.owner.Exec(t.Context(), guest.Forgets); err != nil {
		t.Fatal(err)
	}
	w.keys = w.newKeys()
	w.store = eventstore.New(w.pool, eventstore.Config{Decode: guest.Decode, Seal: w.keys.Seal, MessageOf: event.PublicMessage})
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
	_, err := w.store.Append(w.t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: expected, Events: []event.Event{e}}}})
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
	if err := w.append(id, event.NoStream, guest.Registered{Name: event.Private(name), Email: event.Private(email)}); err != nil {
		return id, sealed, err
	}
	err = w.store.Load(w.t.Context(), guest.Stream, id, 0, func(e event.Recorded) error {
		registered, ok := e.Event.(guest.Registered)
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
	if err := w.append(id, version, guest.Erased{}); err != nil {
		w.t.Fatal(err)
	}
}

func reveal(ctx context.Context, keys *privacy.Keys, id uuid.UUID, sealed event.Personal) (string, error) {
	return keys.Reveal(ctx, id, guest.Stream, id, guest.Name, sealed)
}
