package command_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// Commands that trigger a bug in the test's domain.
const (
	panics     = -1000
	unstorable = -2000
)

var errUnstorable = errors.New("the database refuses what is in it")

// The state of these tests' streams is a sum. A command adds a number to the sum, and is refused if
// the sum would exceed ten.
type added struct{ N int }

func (added) EventType() string  { return "added" }
func (added) SchemaVersion() int { return 1 }

// poisoned is an event at which evolve panics.
type poisoned struct{ added }

func decide(sum, n int) ([]event.Event, error) {
	switch {
	case n == panics:
		panic("a bug in the domain")
	case n == unstorable:
		return []event.Event{added{n}}, nil
	case n == 0:
		return nil, nil
	case sum+n > 10:
		return nil, &event.Rejection{Code: "too_much"}
	}
	return []event.Event{added{n}}, nil
}

func evolve(sum int, happened event.Event) int {
	switch e := happened.(type) {
	case added:
		sum += e.N
	case poisoned:
		panic("a bug in evolve")
	}
	return sum
}

// memory is a fake log that has one stream in memory. At the beginning of each append, memory calls
// the function in its field before.
type memory struct {
	mu      sync.Mutex
	events  []event.Event
	base    int64 // position before the first event of the stream
	answers map[string]event.Answered
	before  func(attempt int)
	appends int
	chains  []int // lengths of the chains of appends that were appended
	loads   int
	failure error // error that every append returns
	broken  error // error that every load returns
}

func (m *memory) Load(_ context.Context, _ string, _ uuid.UUID, after int64, each func(event.Recorded) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loads++
	if m.broken != nil {
		return m.broken
	}
	for i, e := range m.events {
		if version := int64(i + 1); version > after {
			if err := each(event.Recorded{Version: version, Position: m.base + version, Event: e}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) AppendAll(_ context.Context, chain []event.Append) ([]event.Appended, error) {
	m.mu.Lock()
	m.appends++
	attempt := m.appends
	m.mu.Unlock()
	if m.before != nil {
		m.before(attempt)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failure != nil {
		return nil, m.failure
	}
	m.chains = append(m.chains, len(chain))
	for _, a := range chain {
		if slices.Contains(a.Streams[0].Events, event.Event(added{unstorable})) {
			return nil, errUnstorable
		}
		if a.Once == nil {
			continue
		}
		if _, answered := m.answers[a.Once.Key]; answered {
			return nil, event.ErrAnswered
		}
	}
	version := int64(len(m.events))
	for i, a := range chain {
		if i == 0 && a.Streams[0].Expected != version {
			return nil, event.ErrConflict
		}
		if a.Streams[0].Expected != version {
			return nil, errors.New("an append of a chain does not build on the one before it")
		}
		version += int64(len(a.Streams[0].Events))
	}
	var all []event.Appended
	for _, a := range chain {
		all = append(all, m.append(a))
	}
	return all, nil
}

func (m *memory) append(a event.Append) event.Appended {
	stream := a.Streams[0]
	m.events = append(m.events, stream.Events...)
	version := int64(len(m.events))
	appended := event.Appended{StreamID: stream.ID, Version: version, Position: m.base + version}
	if a.Once != nil {
		m.answers[a.Once.Key] = event.Answered{Appended: appended, Fingerprint: a.Once.Fingerprint}
	}
	return appended
}

func (m *memory) Answers(_ context.Context, keys []string) (map[string]event.Answered, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := make(map[string]event.Answered)
	for _, key := range keys {
		if a, ok := m.answers[key]; ok {
			found[key] = a
		}
	}
	return found, nil
}

func (m *memory) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, added{n})
}

// conform runs a test several times, each time with a Handler that caches a different number of
// states.
func conform(t *testing.T, rule func(*testing.T, *memory, *command.Handler[int, int])) {
	t.Helper()
	for name, streams := range map[string]int{"cached": 100, "one state": 1, "uncached": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, h := newHandler()
			rule(t, m, h.WithKeepStates(streams))
		})
	}
}

func newHandler() (*memory, *command.Handler[int, int]) {
	m := &memory{base: 100, answers: make(map[string]event.Answered)}
	return m, command.NewHandler(m, "sum", decide, evolve)
}

func rejected(err error, code string) bool {
	rejection, ok := errors.AsType[*event.Rejection](err)
	return ok && rejection.Code == code
}
