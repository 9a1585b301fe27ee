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

// ReadFor limits the time of one read of the log. The database connection may be dead without an
// error, and all commands in the line wait for the read. The part of the stream that was read in
// that time is kept for the next command.
const ReadFor = 10 * time.Second

const (
	mostLoads   = 10  // how often one stream is loaded if the log goes back during each load
	shortStream = 100 // number of events that are read before a snapshot is looked for
	findFor     = 500 * time.Millisecond
)

// errLong ends the load of a long stream, which may have a snapshot.
var errLong = errors.New("the stream is long")

// Observe applies an event that another process has appended to the stream's state in memory, so
// that the next command in this process does not conflict with the event. If the event is not
// the next one after that state, Observe ignores it.
func (s *States[S]) Observe(e event.Recorded) {
	if e.StreamType != s.streamType {
		return
	}
	defer func() {
		_ = recover() // a panic of Evolve: the next command gets it again, and can return it to a caller
	}()
	s.replace(e.StreamID, e.Version-1, func(at State[S]) State[S] {
		e.Event = detach.Event(e.Event) // other observers get the same event
		return s.after(at, e)
	})
}

// load reads a stream and returns its state. If reading fails half way, load returns the error
// and the state after the events that were read.
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

// Refresh returns a stream's current state, computed from the old state, which nothing else may
// use. If the log does not have the old state's last event, for example because the database was
// restored or failed over, Refresh loads the whole stream. If reading fails half way, Refresh
// returns the error and the state after the events that were read.
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

// goOn applies the events after a state, which nothing else may use. If the log does not have
// the state's last event, goOn fails with event.ErrLogChanged.
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

// InTime adds event.ErrUnavailable to the error of a read whose time was up, because nothing was
// appended. Other errors are returned unchanged.
func InTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
	}
	return err
}

// loadLong reads the rest of a long stream, from the stream's snapshot on. If the stream has no
// snapshot whose last event is in the log, loadLong continues from the state read.
func (s *States[S]) loadLong(ctx context.Context, id uuid.UUID, read State[S]) (State[S], error) {
	if kept, ok := s.findSnapshot(ctx, id); ok && kept.Version > read.Version {
		kept.age = read.age
		if at, err := s.goOn(ctx, id, kept); !errors.Is(err, event.ErrLogChanged) {
			return at, err
		}
	}
	return s.goOn(ctx, id, read)
}

// findSnapshot returns the state in a stream's snapshot. If the snapshot can't be read,
// findSnapshot returns false: a state can be computed without a snapshot, too.
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
