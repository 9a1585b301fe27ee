package personal_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/pg/role"

	"example.com/pgcqrs/engine/command/fold"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/snapshots/keeper"
)

// The projector stores snapshots of streams, although it can't decrypt personal text. A snapshot
// contains a person's text encrypted, like the log. After the person's key was deleted, nobody can
// decrypt the text of the snapshot.
func TestSnapshotIsGoneWithThePersonsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.register("somebody", "zaphod@example.com")
	many := make([]event.Event, 100)
	for i := range many {
		many[i] = guest.ContactChanged{Name: event.Private(unique), Email: event.Private("zaphod@example.com")}
	}
	for version := int64(1); version < 1000; version += int64(len(many)) {
		if _, err := w.store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: version, Events: many}}}); err != nil {
			t.Fatal(err)
		}
	}
	projector := connect(t, testdb.As(t, w.url, role.Projector))
	fold, key := fold.New(guest.Stream, guest.Evolve), snapshots.Key("a secret of thirty-two bytes, or more")
	keeper := keeper.New(projector, eventlog.New(projector, eventlog.Config{Decode: guest.Decode}), 0, key, slog.New(slog.DiscardHandler), nil, fold)
	await.Background(t, keeper.Run)
	await.True(t, "there is a snapshot", func() bool {
		return rig.One[bool](t, w.owner, `SELECT EXISTS (SELECT FROM snapshots WHERE version = 1000)`)
	})
	if row := rig.One[string](t, w.owner, `SELECT s::text FROM snapshots s`); strings.Contains(row, "Zaphod") || strings.Contains(row, "zaphod") {
		t.Errorf("stored: %s", row)
	}
	kept := func() (state guest.State) {
		t.Helper()
		found, ok, err := snapshots.NewFinder(w.pool, key, slog.New(slog.DiscardHandler), nil).Find(t.Context(), guest.Stream, id, fold.Shape())
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := json.Unmarshal(found.State, &state); err != nil {
			t.Fatal(err)
		}
		return state
	}
	if text, err := reveal(t.Context(), w.newKeys(), id, kept().Name); err != nil || text != unique {
		t.Errorf("a state that was kept reads %q, %v", text, err)
	}
	w.erase(id, 1001)
	if text, err := reveal(t.Context(), w.newKeys(), id, kept().Name); !errors.Is(err, personal.ErrErased) || text != "" {
		t.Errorf("after the erasure a state that was kept reads %q, %v", text, err)
	}
}

// guestNames is a state that contains a list of personal texts.
type guestNames struct{ Names []event.Personal }

// A state in memory contains personal text only in encrypted form, even the text of events that the
// process itself has just appended.
func TestStateInMemoryHoldsNothingInClear(t *testing.T) {
	t.Parallel()
	t.Run("flat", func(t *testing.T) {
		t.Parallel()
		nothingInClear(t, guest.Evolve, func(s guest.State) event.Personal { return s.Name })
	})
	t.Run("with a list", func(t *testing.T) {
		t.Parallel()
		nothingInClear(t, func(s guestNames, e event.Event) guestNames {
			return guestNames{append(slices.Clone(s.Names), guest.Evolve(guest.State{}, e).Name)}
		}, func(s guestNames) event.Personal { return s.Names[len(s.Names)-1] })
	})
}

func nothingInClear[S any](t *testing.T, evolve command.Evolve[S], nameOf func(S) event.Personal) {
	t.Helper()
	w := newWorld(t)
	id, _ := w.register("somebody", "zaphod@example.com")
	var seen event.Personal
	h := command.NewHandler(w.store, guest.Stream, func(s S, name string) ([]event.Event, error) {
		seen = nameOf(s)
		return []event.Event{guest.ContactChanged{Name: event.Private(name), Email: event.Private("zaphod@example.com")}}, nil
	}, evolve)
	for _, name := range []string{"Ford", "Arthur", "Trillian"} {
		if _, err := h.Handle(t.Context(), id, name, command.Request{}); err != nil {
			t.Fatal(err)
		}
		if seen.Text() != "" || seen.Encrypted() == "" {
			t.Errorf("%s is decided on a state in clear", name)
		}
	}
}
