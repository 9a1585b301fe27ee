package states

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
)

// State is a stream's state at a version. Version 0 is a stream without events.
type State[S any] struct {
	Value    S
	Version  int64
	Position int64 // of the event that led to the version
	Shared   bool  // another process wrote to the stream, too, when we last looked
	Partial  bool  // reading failed half way: it is not what any decision may rest on

	Last uuid.UUID // id of that event: where the log went back, another one may be at its place
	age  int64     // of states before it was read: later ones do not hold it
}

// FindSnapshot returns the snapshot of a stream that was taken by a shape of its state, if there
// is one.
type FindSnapshot func(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (s event.Snapshot, found bool, err error)

// Log is the log as states are read from it.
type Log interface {
	Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error
}

// States holds durable states of the streams of one type that were used last. It is a hint:
// another process may be further, and only an append or a read of the log knows.
// A State has one owner: the group that takes it has it alone, because Evolve may change
// the state that it is given, and gives it back once it is the fold of the log again.
type States[S any] struct {
	log        Log
	streamType string
	evolve     func(S, event.Event) S
	snapshots  FindSnapshot // nil: there are none
	shape      []byte

	mu     sync.Mutex
	age    int64                               // how often all was dropped
	recent *simplelru.LRU[uuid.UUID, State[S]] // nil: nothing is held
	begun  *simplelru.LRU[uuid.UUID, State[S]] // of streams whose reading failed half way
}

// mostBegun is how many streams are remembered that could not be read to their end. The next
// command goes on from there: otherwise a stream that takes longer than a command may would
// take no command ever.
const mostBegun = 256

// New makes States that hold none yet, and will hold at most so many.
func New[S any](log Log, streamType string, evolve func(S, event.Event) S, most int) *States[S] {
	s := &States[S]{log: log, streamType: streamType, evolve: evolve, begun: newLRU[S](mostBegun)}
	s.Keep(most)
	return s
}

// Keep sets how many states are held, before the first is.
func (s *States[S]) Keep(most int) {
	s.recent = nil
	if most > 0 {
		s.recent = newLRU[S](most)
	}
}

// UseSnapshots has long streams that are not held read from their snapshots on, from the first command on.
func (s *States[S]) UseSnapshots(find FindSnapshot) {
	if s.shape = fold.ShapeOf[S](s.streamType); s.shape != nil {
		s.snapshots = find
	}
}

func newLRU[S any](most int) *simplelru.LRU[uuid.UUID, State[S]] {
	lru, err := simplelru.NewLRU[uuid.UUID, State[S]](most, nil)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return lru
}

// Take returns what is held of a stream, which is not held any more then.
func (s *States[S]) Take(id uuid.UUID) (at State[S], held bool) {
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

// Begin holds what a stream's events come to as far as they were read before that failed:
// nothing is decided on it before the others are read. The caller must not use the state
// again.
func (s *States[S]) Begin(id uuid.UUID, at State[S]) {
	if at.Version == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.age == s.age {
		at.Partial = true
		s.begun.Add(id, at)
	}
}

// Put holds a durable state from now on, unless all was dropped since it was read: the caller
// must not use the state again.
func (s *States[S]) Put(id uuid.UUID, at State[S]) {
	if s.recent == nil || at.Version == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.age == s.age {
		s.recent.Add(id, at)
	}
}

// replace puts what step makes of the state that is held of a stream in its place, if
// there is one at this version. Nobody can take it meanwhile. If step panics nothing is held.
func (s *States[S]) replace(id uuid.UUID, version int64, step func(State[S]) State[S]) {
	if s.recent == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, held := s.recent.Peek(id)
	if !held || at.Version != version {
		return
	}
	s.recent.Remove(id)
	s.recent.Add(id, step(at))
}

// Forget drops the states of all streams: the log went back. What is decided now rests on
// none of them, but for commands that have one in hand, whose append will be refused.
func (s *States[S]) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.age++
	s.begun.Purge()
	if s.recent != nil {
		s.recent.Purge()
	}
}

func (s *States[S]) now() (age int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.age
}
