package command

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"example.com/pgcqrs/engine/event"
)

// snapshot is a stream's state at a version. Version 0 is a stream without events.
type snapshot[S any] struct {
	state    S
	version  int64
	position int64 // of the event that led to the version
	shared   bool  // another process wrote to the stream, too, when we last looked
	partial  bool  // reading failed half way: it is not what any decision may rest on

	last uuid.UUID // id of that event: where the log went back, another one may be at its place
	age  int64     // of states before it was read: later ones do not hold it
}

// states holds durable snapshots of the streams that were used last. It is a hint:
// another process may be further, and only an append or a read of the log knows.
// A snapshot has one owner: whoever takes it has it alone, because Evolve may change
// the state that it is given, and gives it back once it is the fold of the log again.
type states[S any] struct {
	mu     sync.Mutex
	age    int64                                  // how often all was dropped
	recent *simplelru.LRU[uuid.UUID, snapshot[S]] // nil: nothing is held
	begun  *simplelru.LRU[uuid.UUID, snapshot[S]] // of streams whose reading failed half way
}

// mostBegun is how many streams are remembered that could not be read to their end. The next
// command goes on from there: otherwise a stream that takes longer than a command may would
// take no command ever.
const mostBegun = 256

func newStates[S any](most int) *states[S] {
	s := &states[S]{begun: newLRU[S](mostBegun)}
	if most > 0 {
		s.recent = newLRU[S](most)
	}
	return s
}

func newLRU[S any](most int) *simplelru.LRU[uuid.UUID, snapshot[S]] {
	lru, err := simplelru.NewLRU[uuid.UUID, snapshot[S]](most, nil)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return lru
}

// take returns what is held of a stream, which is not held any more then.
func (s *states[S]) take(id uuid.UUID) (at snapshot[S], held bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recent != nil {
		at, held = s.recent.Peek(id)
		s.recent.Remove(id)
	}
	if !held {
		at, held = s.begun.Peek(id)
	}
	s.begun.Remove(id)
	if !held {
		at.age = s.age
	}
	return at, held
}

// begin holds what a stream's events come to as far as they were read before that failed:
// nothing is decided on it before the others are read. Whoever calls it must not use the state
// again.
func (s *states[S]) begin(id uuid.UUID, at snapshot[S]) {
	if at.version == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.age == s.age {
		at.partial = true
		s.begun.Add(id, at)
	}
}

// put holds a durable snapshot from now on, unless all was dropped since it was read: whoever
// calls it must not use the state again.
func (s *states[S]) put(id uuid.UUID, at snapshot[S]) {
	if s.recent == nil || at.version == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.age == s.age {
		s.recent.Add(id, at)
	}
}

// replace puts what step makes of the snapshot that is held of a stream in its place, if
// there is one at this version. Nobody can take it meanwhile. If step panics nothing is held.
func (s *states[S]) replace(id uuid.UUID, version int64, step func(snapshot[S]) snapshot[S]) {
	if s.recent == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, held := s.recent.Peek(id)
	if !held || at.version != version {
		return
	}
	s.recent.Remove(id)
	s.recent.Add(id, step(at))
}

// Forget drops the states of all streams: the log went back. What is decided now rests on
// none of them, but for commands that have one in hand, whose append will be refused.
func (h *Handler[S, C]) Forget() { h.states.forgetAll() }

func (s *states[S]) forgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.age++
	s.begun.Purge()
	if s.recent != nil {
		s.recent.Purge()
	}
}

func (s *states[S]) now() (age int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.age
}

// Observe carries what is remembered of a stream on to an event that another process
// has appended, if it is the next one. Without it the next command here would find out
// by a conflict.
func (h *Handler[S, C]) Observe(e event.Recorded) {
	if e.StreamType != h.streamType {
		return
	}
	defer func() {
		_ = recover() // in evolve: let a command meet it, which has somebody to tell
	}()
	h.states.replace(e.StreamID, e.Version-1, func(at snapshot[S]) snapshot[S] {
		e.Event = detached(e.Event) // others observe it, too
		return h.after(at, e)
	})
}

// load folds a stream into its state. If that fails half way it returns what it has.
func (h *Handler[S, C]) load(ctx context.Context, id uuid.UUID) (snapshot[S], error) {
	for attempt := 1; ; attempt++ {
		at := snapshot[S]{age: h.states.now()}
		err := h.fold(ctx, id, 0, func(e event.Recorded) error {
			if at.version == shortStream && h.snapshots != nil {
				return errLong
			}
			at = h.after(at, e)
			return nil
		})
		if errors.Is(err, errLong) {
			at, err = h.loadLong(ctx, id, at)
		}
		switch {
		case !errors.Is(err, event.ErrLogChanged):
			return at, err
		case attempt == maxAttempts:
			return snapshot[S]{}, fmt.Errorf("%w: %w", event.ErrUnavailable, err)
		}
	}
}

// refresh is a snapshot as the log has it now, made of the old one, which nobody else has. It looks for the event that the old
// one ends with, too: a database that was restored or failed over may have lost it. If reading fails half way it returns what it has.
func (h *Handler[S, C]) refresh(ctx context.Context, id uuid.UUID, old snapshot[S]) (snapshot[S], error) {
	if old.version == 0 {
		return h.load(ctx, id)
	}
	at, err := h.goOn(ctx, id, old)
	if errors.Is(err, event.ErrLogChanged) {
		return h.load(ctx, id)
	}
	return at, err
}

// goOn reads what follows a snapshot, which nobody else has. It is event.ErrLogChanged if the
// log does not have the event that it ends with.
func (h *Handler[S, C]) goOn(ctx context.Context, id uuid.UUID, old snapshot[S]) (snapshot[S], error) {
	at, found, age := old, false, h.states.now()
	err := h.fold(ctx, id, old.version-1, func(e event.Recorded) error {
		switch {
		case found:
			at = h.after(at, e)
		case e.Position != old.position || e.ID != old.last:
			return event.ErrLogChanged
		}
		found = true
		return nil
	})
	switch {
	case err != nil:
		return at, err
	case !found:
		return at, fmt.Errorf("load %s: %w", h.streamType, event.ErrLogChanged)
	}
	at.age = age
	return at, nil
}

func (h *Handler[S, C]) after(at snapshot[S], e event.Recorded) snapshot[S] {
	if several, ok := e.Event.(event.Several); ok {
		for _, happened := range several {
			at.state = h.evolve(at.state, happened)
		}
	} else {
		at.state = h.evolve(at.state, e.Event)
	}
	at.version, at.position, at.last = e.Version, e.Position, e.ID
	return at
}

func (h *Handler[S, C]) fold(ctx context.Context, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	if err := h.store.Load(ctx, h.streamType, id, after, each); err != nil {
		return fmt.Errorf("load %s: %w", h.streamType, inTime(err))
	}
	return nil
}

// readTimeout bounds one read of the log: a connection may have died unheard, and
// the whole line waits. What was read by then is kept.
const readTimeout = 10 * time.Second

// inTime says of a read that was given up what is true of it: nothing was appended.
func inTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
	}
	return err
}
