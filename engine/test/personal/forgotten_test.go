package personal_test

import (
	"encoding/hex"
	"log/slog"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/pg/role"

	"example.com/pgcqrs/engine/command/fold"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/snapshots/keeper"
)

// The test registers a person, changes the person's address, and erases the person. Neither before
// nor after the erasure does a table contain the person's texts unencrypted. After the erasure, the
// person has no key any more, and no hash by which the person could be found.
func TestNoTableHoldsAPersonInClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := uuid.New()
	once := &event.Once{Key: "register-1", Fingerprint: []byte{1}, Keep: 1 << 40}
	_, err := w.store.Append(t.Context(), event.Append{Once: once, Metadata: event.Metadata{Actor: "ada"}, Streams: []event.StreamAppend{{Type: guest.Stream, ID: id,
		Expected: event.NoStream, Events: []event.Event{guest.Registered{Name: event.Private(unique), Email: event.Private("zaphod@heartofgold.example")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.append(id, 1, guest.ContactChanged{Name: event.Private("The President"), Email: event.Private("president@galaxy.example")}); err != nil {
		t.Fatal(err)
	}
	many := make([]event.Event, 998) // enough events for a snapshot
	for i := range many {
		many[i] = guest.ContactChanged{Name: event.Private(unique), Email: event.Private("president@galaxy.example")}
	}
	if _, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: 2, Events: many}}}); err != nil {
		t.Fatal(err)
	}
	projector := connect(t, testdb.As(t, w.url, role.Projector))
	keeper := keeper.New(projector, eventlog.New(projector, eventlog.Config{Decode: guest.Decode}), 0, snapshots.Key("a secret of thirty-two bytes, or more"),
		slog.New(slog.DiscardHandler), nil, fold.New(guest.Stream, guest.Evolve))
	await.Background(t, keeper.Run)
	await.True(t, "there is a snapshot", func() bool { return rig.One[bool](t, w.owner, `SELECT EXISTS (SELECT FROM snapshots)`) })
	w.holdsNothing("while they are there")
	w.erase(id, 1000)
	w.holdsNothing("after the erasure")
	if rows := w.count(everything); rows != 0 {
		t.Errorf("%d keys and look-ups are left", rows)
	}
}

// holdsNothing searches every row of every table for the personal texts, both as text and as bytes.
func (w *world) holdsNothing(when string) {
	w.t.Helper()
	rows, err := w.owner.Query(w.t.Context(), `SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		w.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 15 {
		w.t.Fatal(tables, err)
	}
	encrypted := false
	for _, table := range tables {
		text := rig.One[string](w.t, w.owner, `SELECT coalesce(string_agg(r::text, E'\n'), '') FROM `+table+` r`)
		encrypted = encrypted || strings.Contains(text, "encrypted.1.")
		for _, secret := range []string{"Zaphod", "zaphod", "heartofgold", "President", "president", "galaxy.example"} {
			if strings.Contains(text, secret) || strings.Contains(text, hex.EncodeToString([]byte(secret))) {
				w.t.Errorf("%s %s holds %q", when, table, secret)
			}
		}
	}
	if !encrypted {
		w.t.Errorf("%s nothing is there that was encrypted", when)
	}
}
