package eventlog_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
)

// One call can append a chain of several appends. Each append of the chain of appends follows the
// previous append, and has its own result.
func TestChain(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	id, side := uuid.New(), uuid.New()
	mustAppend(t, store, stream(id, 0, 1))
	both := stream(id, 4, 5)
	both.Streams = append(both.Streams, stream(side, 0, 1, 2).Streams...)
	appended, err := store.AppendAll(t.Context(), []event.Append{
		once(id, 1, "first", time.Hour), // without events; the answer is the current version of the stream
		once(id, 1, "second", time.Hour, 2, 3),
		once(id, 3, "third", time.Hour), // without events; the answer is the version after the second append
		stream(id, 3, 4),
		both,
		stream(side, 2, 3),
	})
	want := []event.Appended{
		{StreamID: id, Version: 1, Position: 77},
		{StreamID: id, Version: 3, Position: 3},
		{StreamID: id, Version: 3, Position: 3},
		{StreamID: id, Version: 4, Position: 4},
		{StreamID: id, Version: 5, Position: 7},
		{StreamID: side, Version: 3, Position: 8},
	}
	if diff := cmp.Diff(want, appended, exceptIDs); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	if seen := positions(t, store); !slices.Equal(seen, []int64{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("positions %v", seen)
	}
	found := answers(t, store, "first", "second", "third")
	for i, key := range []string{"first", "second", "third"} {
		if !cmp.Equal(found[key].Appended, want[i], exceptIDs) {
			t.Errorf("answer to %s: %+v, want %+v", key, found[key].Appended, want[i])
		}
	}
}

// exceptIDs is an option for comparisons. It leaves out the fields with ids of events, because the
// log generates the ids.
var exceptIDs = cmpopts.IgnoreFields(event.Appended{}, "EventID", "Ends")

// All appends of a chain of appends are stored together, or none of them is stored. The database
// stores none of them if it already has an answer for one of their idempotency keys, or if one
// stream does not have the expected version.
func TestChainIsAllOrNothing(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	id, side := uuid.New(), uuid.New()
	mustAppend(t, store, once(side, 0, "used", time.Hour, 1))
	moved := stream(id, 2, 3)
	moved.Streams = append(moved.Streams, stream(side, 0, 1).Streams...)
	for name, tc := range map[string]struct {
		last event.Append
		want error
	}{
		"a key with an answer":    {once(id, 2, "used", time.Hour, 3), event.ErrAnswered},
		"a stream that has moved": {moved, event.ErrConflict},
	} {
		chain := []event.Append{once(id, 0, "new", time.Hour, 1), stream(id, 1, 2), tc.last, stream(id, 3, 4)}
		if _, err := store.AppendAll(t.Context(), chain); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", name, err, tc.want)
		}
	}
	if seen := positions(t, store); len(seen) != 1 {
		t.Errorf("%d events, want 1", len(seen))
	}
	if found := answers(t, store, "new"); len(found) != 0 {
		t.Errorf("answered %v, though nothing happened", found)
	}
}

// If two appends of a chain of appends contradict each other, the caller has a bug. The log returns
// an error and sends nothing to the database.
func TestChainThatDoesNotFit(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	id := uuid.New()
	for name, chain := range map[string][]event.Append{
		"none":                    {},
		"a version left out":      {stream(id, 0, 1), stream(id, 2, 1)},
		"the same version twice":  {stream(id, 0, 1), stream(id, 0, 1)},
		"upon whatever it may be": {stream(id, event.AnyVersion, 1), stream(id, 0, 1)},
		"whatever it may be":      {stream(id, 0, 1), stream(id, event.AnyVersion, 1)},
	} {
		if _, err := store.AppendAll(t.Context(), chain); err == nil || errors.Is(err, event.ErrConflict) {
			t.Errorf("%s: got %v, want an error that says so", name, err)
		}
	}
}
