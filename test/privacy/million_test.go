package privacy_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/test/testdb"
)

// Erasing one of a million people (a hundred thousand with -short) takes no longer than erasing the
// only person of a database. The test measures this in the table of keys and in the read model.
func TestErasingOneOfAMillion(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner, pool := rig.Connect(t, url), rig.Connect(t, testdb.As(t, url, role.API))
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if made, err := keyfile.New(uri); err != nil || !made {
		t.Fatal(made, err)
	}
	store := eventlog.New(pool, eventlog.Config{Decode: events.DecodeEvent, Encrypt: keysOf(t, pool, uri).Encrypt})
	await.Background(t, store.Run)
	id := uuid.New()
	record := func(version int64, e event.Event) {
		t.Helper()
		_, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: "customer", ID: id, Expected: version, Events: []event.Event{e}}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	record(event.NoStream, events.CustomerRegistered{Name: event.Private(unique), Email: event.Private("zaphod@example.com")})
	const others = `
		WITH made AS (INSERT INTO keys.persons (person_id, wrapped) SELECT gen_random_uuid(), '\x00' FROM generate_series(1, $1::int) RETURNING person_id),
		     noted AS (INSERT INTO keys.lookups (field, index, person_id) SELECT 'email', sha256(person_id::text::bytea), person_id FROM made)
		INSERT INTO customers (customer_id, subject, name, email, status, version, registered_at, updated_at)
		SELECT person_id, 'eve', 'encrypted', 'encrypted', 'registered', 1, now(), now() FROM made`
	err := pgx.BeginFunc(t.Context(), owner, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SET LOCAL session_replication_role = replica`); err != nil { // these keys need no check for erased persons
			return err
		}
		_, err := tx.Exec(t.Context(), others, rig.Million())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	projector := projection.NewProjector(owner, eventlog.New(owner, eventlog.Config{Decode: events.DecodeEvent}),
		projection.Config{Decode: events.DecodeEvent, Poll: 10 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
	projector.Add(customers.Name, projection.Each(customers.Apply), customers.Tables...)
	await.Background(t, projector.Run)
	positions := position.NewPoller(owner)
	until := func(position int64) time.Time {
		ctx, cancel := context.WithTimeout(t.Context(), await.Within)
		defer cancel()
		if err := positions.Wait(ctx, customers.Name, position); err != nil {
			t.Fatal(err)
		}
		return time.Now()
	}
	until(1)
	before, _, err := customers.NewQueries(owner).Get(t.Context(), "", id)
	if err != nil || before.Name.Encrypted() == "" {
		t.Fatalf("its row is %+v, %v", before, err)
	}

	start := time.Now()
	record(1, events.CustomerErased{})
	erased := time.Now()
	redacted := until(2)
	t.Logf("erased in %v, redacted %v later", erased.Sub(start), redacted.Sub(erased))
	if took := erased.Sub(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
	row, _, err := customers.NewQueries(owner).Get(t.Context(), "", id)
	if err != nil || row.Status != "erased" || row.Name.Encrypted() != "" {
		t.Errorf("its row is %+v, %v", row, err)
	}
	if text, err := keysOf(t, pool, uri).Reveal(t.Context(), id, "customer", id, events.CustomerName, before.Name); err == nil {
		t.Errorf("it is still %q", text)
	}
}

// keysOf returns a new Keys object, whose cache of keys is empty.
func keysOf(t *testing.T, pool *pgxpool.Pool, uri string) *personal.Keys {
	t.Helper()
	operator, err := operator.Open(uri)
	if err != nil {
		t.Fatal(err)
	}
	return personal.New(pool, operator)
}
