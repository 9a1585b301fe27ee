package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// TaggedStore is a Store that can also read events by their tags.
type TaggedStore interface {
	command.Store
	Matching(ctx context.Context, items []event.Item, after int64, each func(event.Recorded) error) (event.Condition, error)
}

// CheckTags checks each rule about tags and conditions that a TaggedStore must keep, in a subtest
// with a new TaggedStore. The function newStore must return an empty TaggedStore that decodes
// events with the function DecodeTagged.
func CheckTags(t *testing.T, newStore func(t *testing.T) TaggedStore) {
	t.Helper()
	for name, rule := range map[string]func(*tagged){
		"events come back by all tags of an item and one of its types":  selects,
		"the events of a long boundary come back in order":              pages,
		"an event that matches refuses the append":                      refuses,
		"an event that does not match refuses nothing":                  allows,
		"a key that has an answer wins over the condition":              answered,
		"a chain's own events break the condition of a later append":    chained,
		"a condition ahead of the log, or far behind it, is a conflict": near,
		"what is beyond a limit is refused":                             limits,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule(&tagged{t, newStore(t)})
		})
	}
}

// Labelled is an event with tags. Its event type depends on its field Kind.
type Labelled struct {
	Kind   string
	Labels []string
}

// EventType implements event.Event.
func (e Labelled) EventType() string { return "labelled." + e.Kind }

// SchemaVersion implements event.Event.
func (Labelled) SchemaVersion() int { return 1 }

// Tags implements event.Tagged.
func (e Labelled) Tags() []string { return e.Labels }

// DecodeTagged decodes an event of the type Labelled. It implements event.Decode.
func DecodeTagged(_ string, _ int, data []byte) (event.Event, error) {
	return event.DecodeJSON[Labelled]("", 1, data)
}

type tagged struct {
	t     *testing.T
	store TaggedStore
}

// with returns an append of one event to a new stream, under a condition. The event has the given
// tags, and the given text in its field Kind.
func with(c *event.Condition, kind string, tags ...string) event.Append {
	return event.Append{Condition: c, Streams: []event.StreamAppend{
		{Type: streamType, ID: uuid.New(), Expected: event.AnyVersion, Events: []event.Event{Labelled{kind, tags}}},
	}}
}

func (s *tagged) append(a event.Append) event.Appended {
	s.t.Helper()
	appended, err := s.store.AppendAll(s.t.Context(), []event.Append{a})
	if err != nil {
		s.t.Fatal(err)
	}
	return appended[0]
}

// conflicts expects that storing a chain of appends fails with event.ErrConflict.
func (s *tagged) conflicts(chain ...event.Append) {
	s.t.Helper()
	if _, err := s.store.AppendAll(s.t.Context(), chain); !errors.Is(err, event.ErrConflict) {
		s.t.Errorf("got %v, want a conflict", err)
	}
}

// kinds returns the fields Kind of the events that the items select after a position, in the order
// of the log.
func (s *tagged) kinds(after int64, items ...event.Item) (kinds string, c *event.Condition) {
	s.t.Helper()
	last := after
	found, err := s.store.Matching(s.t.Context(), items, after, func(e event.Recorded) error {
		labelled, _ := e.Event.(Labelled)
		if kinds += labelled.Kind; e.Position <= last {
			s.t.Errorf("position %d comes after %d", e.Position, last)
		}
		last = e.Position
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return kinds, &found
}

func selects(s *tagged) {
	if kinds, c := s.kinds(0, event.Item{Tags: []string{"a"}}); kinds != "" || c.After != 0 {
		s.t.Errorf("an empty log has %q up to position %d", kinds, c.After)
	}
	for _, e := range [][]string{{"1", "a"}, {"2", "a", "b"}, {"3", "b"}, {"4"}, {"1", "b", "a", "c"}, {"5", "c"}} {
		s.append(with(nil, e[0], e[1:]...))
	}
	a, b, ab := event.Item{Tags: []string{"a"}}, event.Item{Tags: []string{"b"}}, event.Item{Tags: []string{"a", "b"}}
	for _, want := range []struct {
		kinds string
		after int64
		items []event.Item
	}{
		{"121", 0, []event.Item{a}},
		{"21", 1, []event.Item{a}},
		{"21", 0, []event.Item{ab}},
		{"1231", 0, []event.Item{a, b}},
		{"11", 0, []event.Item{{Tags: []string{"a"}, Types: []string{"labelled.1", "labelled.4"}}}},
		{"31", 0, []event.Item{{Tags: []string{"a", "c"}}, {Tags: []string{"b"}, Types: []string{"labelled.3"}}}},
		{"", 0, []event.Item{{Tags: []string{"d"}}}},
	} {
		kinds, c := s.kinds(want.after, want.items...)
		if kinds != want.kinds || c.After != 6 {
			s.t.Errorf("%v after %d selects %q up to %d, want %q up to 6", want.items, want.after, kinds, c.After, want.kinds)
		}
	}
}

func pages(s *tagged) {
	a := with(nil, "x", "long")
	for range 2499 {
		a.Streams[0].Events = append(a.Streams[0].Events, a.Streams[0].Events[0])
	}
	s.append(a)
	if kinds, c := s.kinds(0, event.Item{Tags: []string{"long"}}); kinds != strings.Repeat("x", 2500) || c.After != 2500 {
		s.t.Errorf("%d events up to position %d, want 2500", len(kinds), c.After)
	}
}

// near checks that an append conflicts in two cases: if the condition's position is ahead of the
// log, and if more than event.MaxBehind events after this position have the first tag of an item.
func near(s *tagged) {
	never := []event.Item{{Tags: []string{"long"}, Types: []string{"labelled.never"}}, {Tags: []string{"long", "rare"}}}
	a := with(nil, "x", "long")
	for range event.MaxBehind {
		a.Streams[0].Events = append(a.Streams[0].Events, a.Streams[0].Events[0])
	}
	head := s.append(a).Position
	for _, item := range never {
		s.conflicts(with(&event.Condition{Items: []event.Item{item}, After: head + 100}, "z"))
		s.conflicts(with(&event.Condition{Items: []event.Item{item}}, "z"))
		s.append(with(&event.Condition{Items: []event.Item{item}, After: 1}, "z"))
	}
}

func refuses(s *tagged) {
	items := []event.Item{{Tags: []string{"a", "b"}, Types: []string{"labelled.1"}}, {Tags: []string{"c"}}}
	s.append(with(nil, "1", "a", "b"))
	_, fresh := s.kinds(0, items...)
	s.append(with(fresh, "1", "a", "b"))
	s.conflicts(with(fresh, "2", "other"))
	_, fresh = s.kinds(0, items...)
	s.append(with(nil, "9", "c"))
	s.conflicts(with(fresh, "2", "other"))
	_, fresh = s.kinds(0, items...)
	fresh.Last = uuid.New()
	s.conflicts(with(fresh, "2", "other"))
	if kinds, _ := s.kinds(0, event.Item{Tags: []string{"other"}}); kinds != "" {
		s.t.Errorf("a refused append has left %q", kinds)
	}
}

func allows(s *tagged) {
	_, c := s.kinds(0, event.Item{Tags: []string{"a", "b"}, Types: []string{"labelled.1"}})
	s.append(with(nil, "2", "a", "b"))
	s.append(with(nil, "1", "a"))
	s.append(with(nil, "1", "b"))
	s.append(with(nil, "1"))
	s.append(with(c, "1", "a", "b"))
	s.conflicts(with(c, "1", "a", "b"))
}

func answered(s *tagged) {
	_, c := s.kinds(0, event.Item{Tags: []string{"a"}})
	a := with(c, "1", "a")
	a.Once = &event.Once{Key: "k", Fingerprint: []byte("f"), Keep: 1 << 40}
	s.append(a)
	if _, err := s.store.AppendAll(s.t.Context(), []event.Append{a}); !errors.Is(err, event.ErrAnswered) {
		s.t.Errorf("got %v", err)
	}
	a.Once.Key = "other"
	s.conflicts(a)
	if found, err := s.store.Answers(s.t.Context(), []string{"other"}); err != nil || len(found) > 0 {
		s.t.Errorf("a refused append is answered %v, %v", found, err)
	}
}

func chained(s *tagged) {
	_, c := s.kinds(0, event.Item{Tags: []string{"a"}})
	s.conflicts(with(nil, "1", "a"), with(c, "2", "b"))
	s.append(with(c, "1", "a"))
}

func limits(s *tagged) {
	many := slices.Repeat([]string{"x"}, event.MaxTags+1)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	for _, tags := range [][]string{many, {""}, {strings.Repeat("x", event.MaxTagBytes+1)}, {"a\x00b"}, {"a\xff"}, {"a", "a"}} {
		if _, err := s.store.AppendAll(s.t.Context(), []event.Append{with(nil, "1", tags...)}); !errors.Is(err, event.ErrTags) {
			s.t.Errorf("tags %q: got %v", tags, err)
		}
	}
	for _, items := range [][]event.Item{
		nil, {{}}, {{Types: []string{"t"}}}, {{Tags: []string{""}}}, {{Tags: many[:event.MaxItemTags+1]}},
		slices.Repeat([]event.Item{{Tags: []string{"a"}}}, event.MaxItems+1),
	} {
		if _, err := s.store.Matching(s.t.Context(), items, 0, nil); !errors.Is(err, event.ErrTags) {
			s.t.Errorf("items %v are read: %v", items, err)
		}
		if _, err := s.store.AppendAll(s.t.Context(), []event.Append{with(&event.Condition{Items: items}, "1")}); !errors.Is(err, event.ErrTags) {
			s.t.Errorf("items %v are a condition: %v", items, err)
		}
	}
	s.append(with(nil, "1", many[:event.MaxTags]...))
}
