package states

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/detach"
	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
)

// ReadFor bounds one read of the log: its connection may have died unnoticed, while the whole line
// waits. The part that was read until then is kept.
const ReadFor = 10 * time.Second

const (
	mostLoads   = 10  // of one stream, each after the log went back during the one before
	shortStream = 100 // events that are read before a snapshot is looked for
	findFor     = 500 * time.Millisecond
)

// errLong ends the load of a stream that may have a snapshot.
var errLong = errors.New("the stream is long")

// Observe applies an event that another process has appended to the stream's state in memory, if it
// is the next one. Otherwise the next command here would only learn of the event by a conflict.
func (s *States[S]) Observe(e event.Recorded) {
	if e.StreamType != s.streamType {
		return
	}
	defer func() {
		_ = recover() // of Evolve: the next command meets it again, and has a caller to tell
	}()
	s.replace(e.StreamID, e.Version-1, func(at State[S]) State[S] {
		e.Event = detach.Event(e.Event) // others observe the same event
		return s.after(at, e)
	})
}

// load reads a stream and returns its state. If reading fails half way it returns the state so far.
func (s *States[S]) load(ctx context.Context, id uuid.UUID) (State[S], error) {
	for attempt := 1; ; attempt++ {
		at := State[S]{age: s.now()}
		err := s.each(ctx, id, 0, func(e event.Recorded) error {
			if at.Version == shortStream && s.snapshots != nil {
				return errLong
			}
			at = s.after(at, e)
			return nil
		})
		if errors.Is(err, errLong) {
			at, err = s.loadLong(ctx, id, at)
		}
		switch {
		case !errors.Is(err, event.ErrLogChanged):
			return at, err
		case attempt == mostLoads:
			return State[S]{}, fmt.Errorf("%w: %w", event.ErrUnavailable, err)
		}
	}
}

// Refresh returns a stream's current state, made of the old one, of which the caller must be the
// only owner. It also looks for the old state's last event: a database that was restored or failed
// over may have lost it. If reading fails half way, Refresh returns the state so far.
func (s *States[S]) Refresh(ctx context.Context, id uuid.UUID, old State[S]) (State[S], error) {
	if old.Version == 0 {
		return s.load(ctx, id)
	}
	at, err := s.goOn(ctx, id, old)
	if errors.Is(err, event.ErrLogChanged) {
		return s.load(ctx, id)
	}
	return at, err
}

// goOn applies the events after a state, of which the caller must be the only owner. It fails with
// event.ErrLogChanged if the log does not have the state's last event.
func (s *States[S]) goOn(ctx context.Context, id uuid.UUID, old State[S]) (State[S], error) {
	at, found, age := old, false, s.now()
	err := s.each(ctx, id, old.Version-1, func(e event.Recorded) error {
		switch {
		case found:
			at = s.after(at, e)
		case e.Position != old.Position || e.ID != old.Last:
			return event.ErrLogChanged
		}
		found = true
		return nil
	})
	switch {
	case err != nil:
		return at, err
	case !found:
		return at, fmt.Errorf("load %s: %w", s.streamType, event.ErrLogChanged)
	}
	at.age = age
	return at, nil
}

func (s *States[S]) after(at State[S], e event.Recorded) State[S] {
	at.Value = fold.After(s.evolve, at.Value, e)
	at.Version, at.Position, at.Last = e.Version, e.Position, e.ID
	return at
}

func (s *States[S]) each(ctx context.Context, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	ctx, cancel := context.WithTimeout(ctx, ReadFor)
	defer cancel()
	if err := s.log.Load(ctx, s.streamType, id, after, each); err != nil {
		return fmt.Errorf("load %s: %w", s.streamType, InTime(err))
	}
	return nil
}

// InTime adds to the error of a read that was out of time that nothing was appended.
func InTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
	}
	return err
}

// loadLong goes on from a stream's snapshot, or, if it has none that fits this log, from the state
// that was read.
func (s *States[S]) loadLong(ctx context.Context, id uuid.UUID, read State[S]) (State[S], error) {
	if kept, ok := s.findSnapshot(ctx, id); ok && kept.Version > read.Version {
		kept.age = read.age
		if at, err := s.goOn(ctx, id, kept); !errors.Is(err, event.ErrLogChanged) {
			return at, err
		}
	}
	return s.goOn(ctx, id, read)
}

// findSnapshot returns a stream's snapshot. A snapshot that can't be read counts as none: it is
// only a shortcut.
func (s *States[S]) findSnapshot(ctx context.Context, id uuid.UUID) (at State[S], found bool) {
	ctx, cancel := context.WithTimeout(ctx, findFor)
	defer cancel()
	kept, found, err := s.snapshots(ctx, s.streamType, id, s.shape)
	if err != nil || !found || json.Unmarshal(kept.State, &at.Value) != nil {
		return State[S]{}, false
	}
	at.Version, at.Position, at.Last = kept.Version, kept.Position, kept.EventID
	return at, true
}
