package states

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
)

// State is a stream's state at a version. At version 0 the stream has no events.
type State[S any] struct {
	Value    S
	Version  int64
	Position int64 // position of the event that led to the version
	Shared   bool  // whether another process had written to the stream when the stream was last read
	Partial  bool  // whether the stream was read only partly, so that no command may be decided on the state

	Last uuid.UUID // id of the event that led to the version; if the log went back to an earlier state, another event may now have the same position
	age  int64     // value of States.age when the state was read; States caches the state only if States.age is still the same
}

// FindSnapshot returns the snapshot of a stream. The snapshot must have the given shape (a hash of
// the state's type). If the stream has no such snapshot, FindSnapshot returns false.
type FindSnapshot func(ctx context.Context, streamType string, id uuid.UUID, shape []byte) (s event.Snapshot, found bool, err error)

// Log is the part of the event log that reads streams.
type Log interface {
	Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error
}

// States caches the states of the most recently used streams of one type. A cached state contains
// only durable events. A cached state may be outdated, because another process may have appended
// events; an append or a read of the log detects this. An Evolve may change a state in place, so
// only one group of commands at a time may use a State. A group takes the State out of the cache,
// and puts the State back only if the State agrees with the log.
type States[S any] struct {
	log        Log
	streamType string
	evolve     func(S, event.Event) S
	snapshots  FindSnapshot // nil: snapshots are not used
	shape      []byte

	mu     sync.Mutex
	age    int64                               // how often all states were dropped
	recent *simplelru.LRU[uuid.UUID, State[S]] // the cached states; nil: no state is cached
	begun  *simplelru.LRU[uuid.UUID, State[S]] // states of streams whose reading failed half way
}

// mostBegun limits how many streams have a partial state in the cache: the state after the part of
// the stream that was read within the time limit. The next command continues to read after that
// part. Without partial states, a stream could never accept a command if reading the stream takes
// longer than a command may take.
const mostBegun = 256

// New returns States with an empty cache. The parameter most is the largest number of states in the
// cache.
func New[S any](log Log, streamType string, evolve func(S, event.Event) S, most int) *States[S] {
	s := &States[S]{log: log, streamType: streamType, evolve: evolve, begun: newLRU[S](mostBegun)}
	s.Keep(most)
	return s
}

// Keep sets the largest number of cached states. Keep must be called before the first command.
func (s *States[S]) Keep(most int) {
	s.recent = nil
	if most > 0 {
		s.recent = newLRU[S](most)
	}
}

// UseSnapshots sets the function that finds snapshots. If the state of a long stream is not in
// memory, loading begins at the stream's snapshot. UseSnapshots must be called before the first
// command.
func (s *States[S]) UseSnapshots(find FindSnapshot) {
	if s.shape = fold.ShapeOf[S](s.streamType); s.shape != nil {
		s.snapshots = find
	}
}

func newLRU[S any](most int) *simplelru.LRU[uuid.UUID, State[S]] {
	lru, err := simplelru.NewLRU[uuid.UUID, State[S]](most, nil)
	if err != nil {
		panic(err) // simplelru.NewLRU fails only for a size that is not positive
	}
	return lru
}

// Take returns a stream's state and removes it from the cache. If the cache has no state of the
// stream, Take returns false.
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

// Begin caches the partial state of a stream that could not be read to its end. No command is
// decided on a partial state: the rest of the stream is read first. After the call, the caller must
// not use the state again.
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

// Put caches a state whose events are durable. If Forget was called after the state was read, Put
// does nothing. After the call, the caller must not use the state again.
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

// replace replaces a stream's cached state by the result of the function in the parameter step, if
// the cached state has the given version. While step runs, no group can take the state. If step
// panics, the state is dropped.
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

// Forget drops the states of all streams. The caller must call Forget after the log went back to an
// earlier state. Later commands load their streams from the log. Commands that are being decided
// still use the old states, but their appends will fail with a conflict.
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
