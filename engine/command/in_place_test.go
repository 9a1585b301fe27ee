package command_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/command/once"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// The tests of this file use a domain of baskets: a basket has a list of lines. The file has
// several Evolve functions for baskets. Each function returns the correct basket, but most of the
// functions change the given basket in place.
type (
	// put is an event that adds lines to the basket. If the basket already has a line with the same
	// article, the quantity of this line grows instead.
	put struct{ Lines []line }
	// taken is an event that removes the line of an article.
	taken struct{ Article string }
	// billed is an event that has all lines of the basket. After this event, the basket is empty.
	billed struct{ Lines []line }

	line struct {
		Article  string
		Quantity int
	}
)

func (put) EventType() string     { return "put" }
func (taken) EventType() string   { return "taken" }
func (billed) EventType() string  { return "billed" }
func (put) SchemaVersion() int    { return 1 }
func (taken) SchemaVersion() int  { return 1 }
func (billed) SchemaVersion() int { return 1 }

// bill is a command that bills the basket, and then puts lines into the next basket. The types put
// and taken are both events and commands.
type bill struct{ next []line }

// decideBasket returns a Decide function that works with every Evolve of this file. The parameter
// lines is a function that returns the lines of a state.
func decideBasket[S any](lines func(S) []line) command.Decide[S, any] {
	return func(state S, asked any) ([]event.Event, error) {
		have := lines(state)
		switch c := asked.(type) {
		case put:
			return []event.Event{c}, nil // the event shares its list with the command
		case taken:
			if indexOf(have, c.Article) < 0 {
				return nil, nil
			}
			return []event.Event{c}, nil
		case bill:
			if len(have) == 0 {
				return nil, &event.Rejection{Code: "empty"}
			}
			return []event.Event{billed{have}, put{c.next}}, nil // the event shares its list with the state
		}
		return nil, errors.New("unknown command")
	}
}

func indexOf(lines []line, article string) int {
	return slices.IndexFunc(lines, func(l line) bool { return l.Article == article })
}

// evolvePure changes neither the given state nor the given event. The other Evolve functions of
// this file must return the same baskets as evolvePure.
func evolvePure(s []line, e event.Event) []line {
	return evolveList(slices.Clone(s), clone(e))
}

func clone(happened event.Event) event.Event {
	switch e := happened.(type) {
	case put:
		return put{slices.Clone(e.Lines)}
	case billed:
		return billed{slices.Clone(e.Lines)}
	}
	return happened
}

// evolveList changes the given list in place. Most people would write an Evolve function in this
// way.
func evolveList(s []line, happened event.Event) []line {
	switch e := happened.(type) {
	case put:
		if len(s) == 0 {
			return e.Lines // the state shares its list with the event
		}
		for _, added := range e.Lines {
			if i := indexOf(s, added.Article); i >= 0 {
				s[i].Quantity += added.Quantity
			} else {
				s = append(s, added)
			}
		}
	case taken:
		if i := indexOf(s, e.Article); i >= 0 {
			s = slices.Delete(s, i, i+1)
		}
	case billed:
		for i := range e.Lines {
			e.Lines[i].Quantity = -1 // nothing else uses the event any more
		}
		clear(s)
		s = s[:0]
	}
	return s
}

// evolvePointer changes, in place, the value to which the state points.
func evolvePointer(s *[]line, e event.Event) *[]line {
	if s == nil {
		s = new([]line)
	}
	*s = evolveList(*s, e)
	return s
}

// cloned returns a copy of a command that shares no memory with the command. The handler gets the
// copy, because the test later compares the unchanged command with the answer.
func cloned(asked any) any {
	switch c := asked.(type) {
	case put:
		return put{slices.Clone(c.Lines)}
	case bill:
		return bill{slices.Clone(c.next)}
	}
	return asked
}

type keyed struct {
	Quantities map[string]int
	order      []string
}

// evolveMap changes the state's map in place.
func evolveMap(s keyed, happened event.Event) keyed {
	if s.Quantities == nil {
		s.Quantities = make(map[string]int)
	}
	switch e := happened.(type) {
	case put:
		for _, added := range e.Lines {
			if _, there := s.Quantities[added.Article]; !there {
				s.order = append(s.order, added.Article)
			}
			s.Quantities[added.Article] += added.Quantity
		}
	case taken:
		delete(s.Quantities, e.Article)
		s.order = slices.DeleteFunc(s.order, func(article string) bool { return article == e.Article })
	case billed:
		clear(s.Quantities)
		s.order = s.order[:0]
	}
	return s
}

func linesOfMap(s keyed) (lines []line) {
	for _, article := range s.order {
		lines = append(lines, line{article, s.Quantities[article]})
	}
	return lines
}

// Each decision depends only on the events in the log, even if Evolve changes states in place. The
// test includes conflicts, groups of commands, refusals, repeated commands, and events of another
// process.
func TestEvolveInPlaceIsHarmless(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]func(*testing.T, uint64){
		"pure": func(t *testing.T, seed uint64) {
			play(t, seed, evolvePure, func(s []line) []line { return s })
		},
		"list": func(t *testing.T, seed uint64) {
			play(t, seed, evolveList, func(s []line) []line { return s })
		},
		"pointer": func(t *testing.T, seed uint64) {
			play(t, seed, evolvePointer, func(s *[]line) []line {
				if s == nil {
					return nil
				}
				return *s
			})
		},
		"map": func(t *testing.T, seed uint64) { play(t, seed, evolveMap, linesOfMap) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(40) {
				if with(t, seed); t.Failed() {
					t.Fatalf("with seed %d", seed)
				}
			}
		})
	}
}

// play runs two processes that send commands on the same stream, and checks all answers and all
// stored events. The order of the steps depends on the seed.
func play[S any](t *testing.T, seed uint64, evolve command.Evolve[S], lines func(S) []line) {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 1))
	log := &shelf{answers: make(map[string]event.Answered)}
	id := uuid.New()
	first := command.NewHandler[S, any](log, "basket", decideBasket(lines), evolve)
	second := command.NewHandler[S, any](log, "basket", decideBasket(lines), evolve)
	other := map[*command.Handler[S, any]]*command.Handler[S, any]{first: second, second: first}

	asked := func() any {
		some := []line{{string(rune('a' + dice.IntN(4))), 1 + dice.IntN(3)}, {string(rune('e' + dice.IntN(4))), 1}}
		switch dice.IntN(5) {
		case 0:
			return bill{some}
		case 1, 2:
			return taken{some[0].Article}
		}
		return put{some}
	}
	keys := 0
	send := func(h *command.Handler[S, any], c any) {
		r := command.Request{}
		if dice.IntN(4) == 0 {
			keys += dice.IntN(2)
			r.Key, r.Fingerprint = fmt.Sprint(keys), []byte(fmt.Sprint(c))
		}
		result, err := h.Handle(t.Context(), id, cloned(c), r)
		log.check(t, c, result, err)
	}
	nested := false
	log.before = func(h any) { // another process appends first, and its event is observed before the append of this process fails
		by, ok := h.(*command.Handler[S, any])
		if nested || !ok || dice.IntN(3) > 0 {
			return
		}
		nested = true
		send(other[by], asked())
		if last := log.length(); last > 0 {
			by.Observe(log.recorded(last))
		}
		nested = false
	}
	for range 30 {
		by := first
		if dice.IntN(2) == 0 {
			by = second
		}
		log.sender = by
		if dice.IntN(3) > 0 {
			send(by, asked())
			continue
		}
		var commands []any // commands that wait at the same time and are decided as a group
		for range 2 + dice.IntN(3) {
			commands = append(commands, asked())
		}
		var all sync.WaitGroup
		for _, c := range commands {
			all.Go(func() {
				result, err := by.Handle(t.Context(), id, cloned(c), command.Request{})
				log.check(t, c, result, err)
			})
		}
		all.Wait()
	}
	log.checkBills(t)
}

// shelf is a fake log with one stream. A shelf stores events as text, so that the log and the
// process that has appended an event share no memory.
type shelf struct {
	mu      sync.Mutex
	stored  []stored
	baskets [][]line // the basket at each version, up to the highest version that a test has asked for
	answers map[string]event.Answered
	sender  any
	before  func(sender any)
}

type stored struct{ kind, data string }

func (s *shelf) length() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(len(s.stored))
}

func (s *shelf) recorded(version int64) event.Recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return event.Recorded{StreamType: "basket", Version: version, Position: version, Event: s.stored[version-1].event()}
}

func (s stored) event() event.Event {
	switch s.kind {
	case "put":
		return decoded[put](s.data)
	case "taken":
		return decoded[taken](s.data)
	}
	return decoded[billed](s.data)
}

func decoded[E event.Event](data string) (e E) {
	if err := json.Unmarshal([]byte(data), &e); err != nil {
		panic(err)
	}
	return e
}

func (s *shelf) Load(_ context.Context, _ string, _ uuid.UUID, after int64, each func(event.Recorded) error) error {
	for version := after + 1; version <= s.length(); version++ {
		if err := each(s.recorded(version)); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) AppendAll(_ context.Context, chain []event.Append) (all []event.Appended, err error) {
	s.before(s.sender)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range chain {
		if a.Once == nil {
			continue
		}
		if _, answered := s.answers[a.Once.Key]; answered {
			return nil, event.ErrAnswered
		}
	}
	if chain[0].Streams[0].Expected != int64(len(s.stored)) {
		return nil, event.ErrConflict
	}
	for _, a := range chain {
		for _, e := range a.Streams[0].Events {
			data, err := json.Marshal(e)
			if err != nil {
				return nil, err
			}
			s.stored = append(s.stored, stored{e.EventType(), string(data)})
		}
		at := event.Appended{StreamID: a.Streams[0].ID, Version: int64(len(s.stored)), Position: int64(len(s.stored))}
		if all = append(all, at); a.Once != nil {
			s.answers[a.Once.Key] = event.Answered{Appended: at, Fingerprint: a.Once.Fingerprint}
		}
	}
	return all, nil
}

func (s *shelf) Answers(_ context.Context, keys []string) (map[string]event.Answered, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := maps.Clone(s.answers)
	maps.DeleteFunc(found, func(key string, _ event.Answered) bool { return !slices.Contains(keys, key) })
	return found, nil
}

// at returns the basket at a version of the stream.
func (s *shelf) at(version int64) []line {
	s.mu.Lock()
	defer s.mu.Unlock()
	for v := len(s.baskets); v <= int(version); v++ {
		if v == 0 {
			s.baskets = append(s.baskets, nil)
			continue
		}
		s.baskets = append(s.baskets, evolvePure(s.baskets[v-1], s.stored[v-1].event()))
	}
	return s.baskets[version]
}

// check compares the answer to a command with the events in the log.
func (s *shelf) check(t *testing.T, asked any, result command.Result, err error) {
	t.Helper()
	if errors.Is(err, once.ErrKeyReused) {
		return
	}
	if err != nil {
		if !rejected(err, "empty") {
			t.Errorf("%#v: %v", asked, err)
		}
		return
	}
	switch c := asked.(type) {
	case put:
		if diff := cmp.Diff(event.Event(c), s.recorded(result.Version).Event); diff != "" {
			t.Errorf("acknowledged, and version %d is (-sent +stored):\n%s", result.Version, diff)
		}
	case taken:
		if indexOf(s.at(result.Version), c.Article) >= 0 {
			t.Errorf("%#v is acknowledged, and at version %d the article is still there", c, result.Version)
		}
	case bill:
		if diff := cmp.Diff(event.Event(put{c.next}), s.recorded(result.Version).Event); diff != "" {
			t.Errorf("billed, and version %d is (-sent +stored):\n%s", result.Version, diff)
		}
	}
}

// checkBills compares each billed event with the basket before the event.
func (s *shelf) checkBills(t *testing.T) {
	t.Helper()
	for version := int64(1); version <= s.length(); version++ {
		if bill, ok := s.recorded(version).Event.(billed); ok {
			if diff := cmp.Diff(s.at(version-1), bill.Lines); diff != "" {
				t.Errorf("version %d bills (-basket +bill):\n%s", version, diff)
			}
		}
	}
}
