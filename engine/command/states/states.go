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
	Shared   bool  // another process also wrote to the stream, when it was last read
	Partial  bool  // reading failed half way: no decision may rest on it

	Last uuid.UUID // id of the event that led to the version: if the log went back, another event may be at its position
	age  int64     // number of times that States had dropped everything when it was read: States keeps it only while that is current
}

// FindSnapshot returns the snapshot of a stream that was made with this shape of its state, if
// there is one.
type FindSnapshot func(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (s event.Snapshot, found bool, err error)

// Log is the log as states are read from it.
type Log interface {
	Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error
}

// States keeps the states of the streams of one type that were used last. A state here is durable,
// but a hint: another process may have appended since, and only an append or a read of the log
// knows. A State has one owner: the group that takes it, because Evolve may change the state that
// it is given. The group returns the state once it agrees with the log again.
type States[S any] struct {
	log        Log
	streamType string
	evolve     func(S, event.Event) S
	snapshots  FindSnapshot // nil: there are none
	shape      []byte

	mu     sync.Mutex
	age    int64                               // number of times that all states were dropped
	recent *simplelru.LRU[uuid.UUID, State[S]] // nil: no state is kept
	begun  *simplelru.LRU[uuid.UUID, State[S]] // of streams whose reading failed half way
}

// mostBegun is how many streams that could not be read to their end are remembered. The next
// command goes on where reading stopped: otherwise a stream that takes longer to read than a
// command may take would never accept a command.
const mostBegun = 256

// New returns States that are empty, and keep at most so many.
func New[S any](log Log, streamType string, evolve func(S, event.Event) S, most int) *States[S] {
	s := &States[S]{log: log, streamType: streamType, evolve: evolve, begun: newLRU[S](mostBegun)}
	s.Keep(most)
	return s
}

// Keep sets how many states are kept. It must be called before the first one is.
func (s *States[S]) Keep(most int) {
	s.recent = nil
	if most > 0 {
		s.recent = newLRU[S](most)
	}
}

// UseSnapshots makes loads of long streams that are not in memory begin at their snapshots. It must
// be called before the first command.
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

// Take returns a stream's state and removes it from memory.
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

// Begin keeps the state of a stream that could not be read to its end. No decision rests on it
// before the rest is read. The caller must not use the state again.
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

// Put keeps a durable state, unless all states were dropped since it was read. The caller must not
// use the state again.
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

// replace puts what step makes of a stream's state in its place, if the state is at this version.
// Nobody can take the state meanwhile. If step panics, the state is dropped.
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

// Forget drops the states of all streams, since the log went back. No later decision rests on them,
// except for commands that are being decided, whose append will be refused.
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
