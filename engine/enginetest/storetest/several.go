package storetest

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// CheckSeveral checks each rule that a command.Store must keep for appends of several streams, in a
// subtest with a new Store: see Check.
func CheckSeveral(t *testing.T, newStore func(t *testing.T) command.Store) {
	t.Helper()
	for name, rule := range map[string]func(*testing.T, *subject, *subject){
		"events of two streams are appended, all or none":             both,
		"a stream without events is checked":                          onlyRead,
		"an append says where each of its streams ends":               ends,
		"a later append of a chain may name the streams in any order": reversed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newStore(t)
			rule(t, &subject{t, store, uuid.New()}, &subject{t, store, uuid.New()})
		})
	}
}

// and joins several appends: it returns one append that contains the streams of all of them.
func and(all ...event.Append) (joined event.Append) {
	for _, a := range all {
		joined.Streams = append(joined.Streams, a.Streams...)
	}
	return joined
}

func both(_ *testing.T, one, other *subject) {
	one.append(and(one.adds(event.NoStream, 1), other.adds(event.NoStream, 2, 3)))
	one.refuses("the other is stale", event.ErrConflict, and(one.adds(1, 4), other.adds(1, 5)))
	one.refuses("the one is stale", event.ErrConflict, and(one.adds(0, 4), other.adds(2, 5)))
	one.holds(1)
	other.holds(2, 3)
}

func onlyRead(_ *testing.T, one, other *subject) {
	one.append(and(one.adds(event.NoStream, 1), other.adds(event.NoStream)))
	other.append(other.adds(event.NoStream, 2))
	one.refuses("what was only read is stale", event.ErrConflict, and(one.adds(1, 3), other.adds(event.NoStream)))
	one.append(and(one.adds(1, 3), other.adds(1)))
	one.holds(1, 3)
	other.holds(2)
}

func ends(t *testing.T, one, other *subject) {
	other.append(other.adds(event.NoStream, 9))
	appended, err := one.store.AppendAll(t.Context(), []event.Append{
		and(one.adds(event.NoStream, 1, 2), other.adds(1, 3)), and(one.adds(2, 4), other.adds(2)),
	})
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := one.load(0), other.load(0)
	for i, want := range [][]event.Recorded{{mine[1], theirs[1]}, {mine[2], theirs[1]}} {
		for stream, last := range want {
			if end := appended[i].Ends[stream]; end != (event.StreamEnd{Version: last.Version, Position: last.Position, EventID: last.ID}) {
				t.Errorf("append %d leaves stream %d at %+v, want %+v", i, stream, end, last)
			}
		}
	}
	if again := one.append(one.adds(3, 5)); again[0].Ends != nil {
		t.Errorf("an append of one stream has %v", again[0].Ends)
	}
}

func reversed(_ *testing.T, one, other *subject) {
	one.append(and(one.adds(event.NoStream, 1), other.adds(event.NoStream, 2)), and(other.adds(1, 3), one.adds(1, 4)))
	one.holds(1, 4)
	other.holds(2, 3)
}
