package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// Check checks each rule that a command.Store must keep, in a subtest with a new Store. The
// function newStore must return an empty Store that decodes events with the function Decode.
func Check(t *testing.T, newStore func(t *testing.T) command.Store) {
	t.Helper()
	for name, rule := range map[string]func(*testing.T, *subject){
		"events come back in order":                                  events,
		"the events after a version come back":                       after,
		"a reader's failure ends the reading":                        failure,
		"a version that is not the stream's is a conflict":           conflicts,
		"a later append of a chain builds on an earlier one":         chain,
		"a chain is appended whole or not at all":                    wholly,
		"an answer is kept under its key":                            answers,
		"a key that has an answer gets no other":                     once,
		"a key has no answer of a conflict":                          free,
		"a decision of no events has an answer, too, at its version": none,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule(t, &subject{t, newStore(t), uuid.New()})
		})
	}
}

// streamType is the type of the streams in these tests.
const streamType = "sum"

// Added is the only event type in these tests.
type Added struct{ Number int64 }

// EventType implements event.Event.
func (Added) EventType() string { return "sum.added" }

// SchemaVersion implements event.Event.
func (Added) SchemaVersion() int { return 1 }

// Decode decodes an event of the type Added. It implements event.Decode.
func Decode(_ string, _ int, data []byte) (event.Event, error) {
	var e Added
	err := json.Unmarshal(data, &e)
	return e, err
}

// subject is a Store together with the stream on which it is tested.
type subject struct {
	t     *testing.T
	store command.Store
	id    uuid.UUID
}

// adds returns an append to the stream: events that add these numbers, with this expected version.
func (s *subject) adds(expected int64, numbers ...int64) event.Append {
	stream := event.StreamAppend{Type: streamType, ID: s.id, Expected: expected}
	for _, number := range numbers {
		stream.Events = append(stream.Events, Added{number})
	}
	return event.Append{Streams: []event.StreamAppend{stream}}
}

// keyed returns the same append as adds, but with an idempotency key.
func (s *subject) keyed(key string, position, expected int64, numbers ...int64) event.Append {
	a := s.adds(expected, numbers...)
	a.Once = &event.Once{Key: key, Fingerprint: []byte("of " + key), Keep: time.Hour, Position: position}
	return a
}

// append stores several appends, which must succeed. append returns the resulting versions and
// positions, without the ids of the events.
func (s *subject) append(appends ...event.Append) []event.Appended {
	s.t.Helper()
	appended, err := s.store.AppendAll(s.t.Context(), appends)
	if err != nil || len(appended) != len(appends) {
		s.t.Fatalf("%d appends are answered by %d, %v", len(appends), len(appended), err)
	}
	for i := range appended {
		appended[i].EventID = uuid.Nil
	}
	return appended
}

// refuses expects that storing several appends fails with the error want, and that no event is
// stored. If want is nil, any error is accepted.
func (s *subject) refuses(what string, want error, appends ...event.Append) {
	s.t.Helper()
	before := len(s.load(0))
	if _, err := s.store.AppendAll(s.t.Context(), appends); err == nil || want != nil && !errors.Is(err, want) {
		s.t.Errorf("%s: got %v, want %v", what, err, want)
	}
	if left := len(s.load(0)); left != before {
		s.t.Errorf("%s: %d events were appended", what, left-before)
	}
}

// load returns the events of the stream after a version.
func (s *subject) load(after int64) (found []event.Recorded) {
	s.t.Helper()
	err := s.store.Load(s.t.Context(), streamType, s.id, after, func(e event.Recorded) error {
		found = append(found, e)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// holds expects that the stream contains exactly the events that add these numbers. Their versions
// must begin with 1, and their positions must increase.
func (s *subject) holds(want ...int64) {
	s.t.Helper()
	var got []int64
	last := int64(0)
	for i, e := range s.load(0) {
		added, _ := e.Event.(Added)
		if got = append(got, added.Number); e.Version != int64(i)+1 || e.Position <= last {
			s.t.Errorf("version %d at position %d follows position %d", e.Version, e.Position, last)
		}
		last = e.Position
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("the stream has %v, want %v", got, want)
	}
}

// answered returns the results that appends have stored under these idempotency keys. A key without
// a result is left out.
func (s *subject) answered(keys ...string) map[string]event.Answered {
	s.t.Helper()
	found, err := s.store.Answers(context.WithoutCancel(s.t.Context()), keys)
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

func events(t *testing.T, s *subject) {
	s.holds()
	s.append(s.adds(event.NoStream, 1, 2))
	appended := s.append(s.adds(2, 3))
	s.holds(1, 2, 3)
	want := event.Appended{StreamID: s.id, Version: 3, Position: s.load(2)[0].Position}
	if diff := cmp.Diff([]event.Appended{want}, appended); diff != "" {
		t.Errorf("it left the stream (-want +got):\n%s", diff)
	}
}

func after(t *testing.T, s *subject) {
	s.append(s.adds(event.NoStream, 1, 2, 3))
	if found := s.load(2); len(found) != 1 || found[0].Version != 3 || found[0].Event != (Added{3}) {
		t.Errorf("after version 2 comes %+v", found)
	}
	if found := s.load(3); len(found) != 0 {
		t.Errorf("after the end comes %+v", found)
	}
}

func failure(t *testing.T, s *subject) {
	s.append(s.adds(event.NoStream, 1, 2))
	enough, calls := errors.New("enough"), 0
	err := s.store.Load(t.Context(), streamType, s.id, 0, func(event.Recorded) error {
		calls++
		return enough
	})
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("after %d events: %v", calls, err)
	}
}

func conflicts(_ *testing.T, s *subject) {
	s.refuses("a version of a stream that is not there", event.ErrConflict, s.adds(1, 9))
	s.append(s.adds(event.NoStream, 1, 2))
	s.refuses("no stream, and there is one", event.ErrConflict, s.adds(event.NoStream, 9))
	s.refuses("a stale version", event.ErrConflict, s.adds(1, 9))
	s.refuses("a version above the head", event.ErrConflict, s.adds(3, 9))
	s.holds(1, 2)
}

func chain(t *testing.T, s *subject) {
	appended := s.append(s.adds(event.NoStream, 1, 2), s.adds(2, 3))
	s.holds(1, 2, 3)
	all := s.load(0)
	want := []event.Appended{{StreamID: s.id, Version: 2, Position: all[1].Position}, {StreamID: s.id, Version: 3, Position: all[2].Position}}
	if diff := cmp.Diff(want, appended); diff != "" {
		t.Errorf("it left the stream (-want +got):\n%s", diff)
	}
}

func wholly(t *testing.T, s *subject) {
	s.append(s.keyed("there", 0, event.NoStream, 1))
	s.refuses("the first is stale", event.ErrConflict, s.keyed("a", 0, 0, 2), s.keyed("b", 0, 1, 3))
	s.refuses("the second does not build on the first", nil, s.keyed("a", 0, 1, 2), s.keyed("b", 0, 1, 3))
	s.refuses("the second has an answer", event.ErrAnswered, s.keyed("a", 0, 1, 2), s.keyed("there", 0, 2, 3))
	s.holds(1)
	if found := s.answered("a", "b"); len(found) != 0 {
		t.Errorf("answers are kept of what was not appended: %v", found)
	}
}

func answers(t *testing.T, s *subject) {
	appended := s.append(s.keyed("k", 0, event.NoStream, 1, 2), s.adds(2, 3))
	found := s.answered("k", "another")
	want := map[string]event.Answered{"k": {Appended: appended[0], Fingerprint: []byte("of k")}}
	if diff := cmp.Diff(want, found, cmpopts.IgnoreFields(event.Appended{}, "EventID")); diff != "" {
		t.Errorf("answered (-want +got):\n%s", diff)
	}
}

func once(t *testing.T, s *subject) {
	s.append(s.keyed("k", 0, event.NoStream, 1))
	again := s.keyed("k", 0, 1, 2)
	again.Once.Fingerprint = []byte("another")
	s.refuses("the same key", event.ErrAnswered, again)
	if found := s.answered("k")["k"]; found.Appended.Version != 1 || !bytes.Equal(found.Fingerprint, []byte("of k")) {
		t.Errorf("it is answered %+v", found)
	}
}

func free(t *testing.T, s *subject) {
	s.refuses("a version that is not there", event.ErrConflict, s.keyed("k", 0, 5, 1))
	if found := s.answered("k"); len(found) != 0 {
		t.Errorf("it is answered %v", found)
	}
	s.append(s.keyed("k", 0, event.NoStream, 1))
}

func none(t *testing.T, s *subject) {
	at := s.append(s.adds(event.NoStream, 1))[0]
	appended := s.append(s.keyed("k", at.Position, 1))
	if diff := cmp.Diff([]event.Appended{at}, appended); diff != "" {
		t.Errorf("it left the stream (-want +got):\n%s", diff)
	}
	if found := s.answered("k")["k"]; found.Appended.Version != 1 || found.Appended.Position != at.Position {
		t.Errorf("it is answered %+v", found)
	}
	s.refuses("no events, at a stale version", event.ErrConflict, s.keyed("l", at.Position, event.NoStream))
	s.holds(1)
}
