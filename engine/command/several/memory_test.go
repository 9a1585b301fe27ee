package several_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/event"
)

// memory is a fake log that has all streams in memory.
type memory struct {
	mu       sync.Mutex
	streams  map[uuid.UUID][]event.Recorded
	answers  map[string]event.Answered
	position int64
	loads    int
	appends  int
	chains   []int                              // number of appends in each chain of appends that was appended
	before   func(appends int)                  // called before each append; nil: nothing is called
	reading  func(loads int, streams uuid.UUID) // called before each load; nil: nothing is called
	failure  error                              // error that every append returns
}

func newMemory() *memory {
	return &memory{streams: make(map[uuid.UUID][]event.Recorded), answers: make(map[string]event.Answered)}
}

func (m *memory) Load(_ context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	m.mu.Lock()
	m.loads++
	loads, reading := m.loads, m.reading
	m.mu.Unlock()
	if reading != nil {
		reading(loads, id)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.streams[id] {
		if e.StreamType != streamType {
			return event.ErrOtherStream
		}
		if e.Version <= after {
			continue
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) AppendAll(_ context.Context, chain []event.Append) ([]event.Appended, error) {
	m.mu.Lock()
	m.appends++
	appends, before := m.appends, m.before
	m.mu.Unlock()
	if before != nil {
		before(appends)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failure != nil {
		return nil, m.failure
	}
	if err := m.check(chain); err != nil {
		return nil, err
	}
	m.chains = append(m.chains, len(chain))
	var all []event.Appended
	for _, a := range chain {
		all = append(all, m.append(a))
	}
	return all, nil
}

// check returns the error with which the log refuses the given appends, or nil.
func (m *memory) check(chain []event.Append) error {
	versions := make(map[uuid.UUID]int64)
	for _, a := range chain {
		if a.Once != nil {
			if _, answered := m.answers[a.Once.Key]; answered {
				return event.ErrAnswered
			}
		}
		for _, s := range a.Streams {
			at, chained := versions[s.ID]
			if stored := m.streams[s.ID]; !chained {
				if at = int64(len(stored)); at > 0 && stored[0].StreamType != s.Type {
					return event.ErrOtherStream
				}
			}
			switch {
			case s.Expected != at && chained:
				return errors.New("an append of a chain does not build on the one before it")
			case s.Expected != at:
				return event.ErrConflict
			}
			versions[s.ID] = at + int64(len(s.Events))
		}
	}
	return nil
}

func (m *memory) append(a event.Append) event.Appended {
	before, ends := m.position, make([]event.StreamEnd, len(a.Streams))
	for i, s := range a.Streams {
		for _, e := range s.Events {
			m.position++
			version := int64(len(m.streams[s.ID]) + 1)
			m.streams[s.ID] = append(m.streams[s.ID], event.Recorded{
				StreamType: s.Type, StreamID: s.ID, Version: version, Position: m.position, ID: uuid.New(), Event: e,
			})
		}
		if stored := m.streams[s.ID]; len(stored) > 0 {
			last := stored[len(stored)-1]
			ends[i] = event.StreamEnd{Version: last.Version, Position: last.Position, EventID: last.ID}
		}
	}
	appended := event.Appended{StreamID: a.Streams[0].ID, Version: ends[0].Version, EventID: ends[0].EventID, Position: m.position}
	if m.position == before && a.Once != nil {
		appended.Position = a.Once.Position
	}
	if a.Once != nil {
		m.answers[a.Once.Key] = event.Answered{Appended: appended, Fingerprint: a.Once.Fingerprint}
	}
	if len(a.Streams) > 1 {
		appended.Ends = ends
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

// add appends an event as another process does.
func (m *memory) add(id uuid.UUID, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.append(event.Append{Streams: []event.StreamAppend{{Type: "sum", ID: id, Events: []event.Event{added{n}}}}})
}

// sums returns the sum of each stream in the log.
func (m *memory) sums(ids ...uuid.UUID) (all []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		sum := 0
		for _, e := range m.streams[id] {
			sum = evolve(sum, e.Event)
		}
		all = append(all, sum)
	}
	return all
}

// The state of a stream is a sum, which a command on the stream alone increases.
type added struct{ N int }

func (added) EventType() string  { return "added" }
func (added) SchemaVersion() int { return 1 }

func evolve(sum int, happened event.Event) int {
	if e, ok := happened.(added); ok {
		sum += e.N
	}
	return sum
}

func decide(_, n int) ([]event.Event, error) { return []event.Event{added{n}}, nil }

// two has the sums of two streams.
type two struct{ from, to int }

// A move moves a number from one sum to another. The first sum must not become negative. Three
// numbers are special. For onlyRead, 1 is added to the first sum if the second sum is 0. For the
// number panics, Decide panics. For 0, nothing changes.
const (
	onlyRead = 1000
	panics   = 2000
)

func decideTwo(s two, n int) ([][]event.Event, error) {
	switch {
	case n == panics:
		panic("a bug in the domain")
	case n == onlyRead && s.to == 0:
		return [][]event.Event{{added{1}}}, nil
	case n == onlyRead:
		return nil, &event.Rejection{Code: "not_zero"}
	case n == 0:
		return nil, nil
	case n > s.from:
		return nil, &event.Rejection{Code: "too_much"}
	}
	return [][]event.Event{{added{-n}}, {added{n}}}, nil
}

// world has a log, and the Handlers of one process.
type world struct {
	t     *testing.T
	log   *memory
	sums  *command.Handler[int, int]
	moves *several.Handler[two, int]
}

func newWorld(t *testing.T) *world {
	t.Helper()
	log := newMemory()
	return (&world{t: t, log: log}).beside()
}

// beside returns another process with the same log.
func (w *world) beside() *world {
	return &world{w.t, w.log, command.NewHandler(w.log, "sum", decide, evolve), several.NewHandler(w.log, decideTwo)}
}

func (w *world) move(from, to uuid.UUID, n int, r command.Request) (command.Result, error) {
	return w.moves.Handle(w.t.Context(), func(s *two) []several.Stream {
		return []several.Stream{several.Into(w.sums, from, &s.from), several.Into(w.sums, to, &s.to)}
	}, n, r)
}

type said struct {
	result command.Result
	err    error
}

// send starts a move, and returns as soon as the goroutine of the move waits or has ended.
func (w *world) send(from, to uuid.UUID, n int, r command.Request) <-chan said {
	done := make(chan said, 1)
	go func() {
		result, err := w.move(from, to, n, r)
		done <- said{result, err}
	}()
	synctest.Wait()
	return done
}

// alone starts a command on one stream, and returns as soon as the goroutine of the command waits
// or has ended.
func (w *world) alone(id uuid.UUID, n int) <-chan said {
	done := make(chan said, 1)
	go func() {
		result, err := w.sums.Handle(w.t.Context(), id, n, command.Request{})
		done <- said{result, err}
	}()
	synctest.Wait()
	return done
}

// hold makes the next append wait until the test calls the returned function.
func (w *world) hold() (let func()) {
	gate := make(chan struct{})
	w.log.before = func(int) { <-gate }
	return func() {
		w.log.before = nil
		close(gate)
	}
}

func rejected(err error, code string) bool {
	rejection, ok := errors.AsType[*event.Rejection](err)
	return ok && rejection.Code == code
}

func TestMemoryKeepsTheContractOfAStore(t *testing.T) {
	t.Parallel()
	newStore := func(*testing.T) command.Store { return newMemory() }
	storetest.Check(t, newStore)
	storetest.CheckSeveral(t, newStore)
}
