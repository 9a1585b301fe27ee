package write

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/pgcqrs/internal/events"
)

// snapshot is a stream's state at a version. Version 0 is a stream without events.
type snapshot[S any] struct {
	state    S
	version  int64
	position int64 // of the event that led to the version
	shared   bool  // another process wrote to the stream, too, when we last looked
}

// states holds durable snapshots of the streams that were used last. It is a hint:
// another process may be further, and only an append or a read of the log knows.
type states[S any] struct {
	recent *lru.Cache[uuid.UUID, snapshot[S]] // nil: nothing is held
}

func newStates[S any](most int) *states[S] {
	if most <= 0 {
		return &states[S]{}
	}
	recent, err := lru.New[uuid.UUID, snapshot[S]](most)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &states[S]{recent: recent}
}

func (s *states[S]) get(id uuid.UUID) (snapshot[S], bool) {
	if s.recent == nil {
		return snapshot[S]{}, false
	}
	return s.recent.Get(id)
}

// put keeps a durable snapshot.
func (s *states[S]) put(id uuid.UUID, at snapshot[S]) {
	if s.recent != nil && at.version > 0 {
		s.recent.Add(id, at)
	}
}

func (s *states[S]) forget(id uuid.UUID) {
	if s.recent != nil {
		s.recent.Remove(id)
	}
}

// Observe carries what is remembered of a stream on to an event that another process
// has appended, if it is the next one. Without it the next command here would find out
// by a conflict.
func (h *Handler[S, C]) Observe(e events.Recorded) {
	if e.StreamType != h.streamType {
		return
	}
	defer func() {
		if recover() != nil { // in evolve: let a command meet it, which has somebody to tell
			h.states.forget(e.StreamID)
		}
	}()
	if at, held := h.states.get(e.StreamID); held && at.version == e.Version-1 {
		h.states.put(e.StreamID, h.after(at, e))
	}
}

// load folds a stream into its state.
func (h *Handler[S, C]) load(ctx context.Context, id uuid.UUID) (snapshot[S], error) {
	var at snapshot[S]
	err := h.fold(ctx, id, 0, func(e events.Recorded) { at = h.after(at, e) })
	return at, err
}

// refresh is a snapshot as the log has it now. It looks for the event that the old
// one ends with, too: a database that was restored or failed over may have lost it.
func (h *Handler[S, C]) refresh(ctx context.Context, id uuid.UUID, old snapshot[S]) (snapshot[S], error) {
	if old.version == 0 {
		return h.load(ctx, id)
	}
	at, found := old, false
	err := h.fold(ctx, id, old.version-1, func(e events.Recorded) {
		if e.Version > old.version {
			at = h.after(at, e)
		} else {
			found = e.Position == old.position
		}
	})
	if err != nil || found {
		return at, err
	}
	return h.load(ctx, id)
}

func (h *Handler[S, C]) after(at snapshot[S], e events.Recorded) snapshot[S] {
	if several, ok := e.Event.(events.Several); ok {
		for _, event := range several {
			at.state = h.evolve(at.state, event)
		}
		return snapshot[S]{at.state, e.Version, e.Position, at.shared}
	}
	return snapshot[S]{h.evolve(at.state, e.Event), e.Version, e.Position, at.shared}
}

func (h *Handler[S, C]) fold(ctx context.Context, id uuid.UUID, after int64, each func(events.Recorded)) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	err := h.store.Load(ctx, h.streamType, id, after, func(e events.Recorded) error {
		each(e)
		return nil
	})
	if err != nil {
		return fmt.Errorf("load %s: %w", h.streamType, inTime(err))
	}
	return nil
}

// readTimeout bounds one read of the log: a connection may have died unheard, and
// the whole line waits.
const readTimeout = 10 * time.Second

// inTime says of a read that was given up what is true of it: nothing was appended.
func inTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", events.ErrUnavailable, err)
	}
	return err
}
