package states

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"

	"example.com/pgcqrs/engine/command/detach"
	"example.com/pgcqrs/engine/command/fold"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/tracing"
)

// ReadFor limits the time of one read of the log. Without a limit, a dead database connection could
// make all commands of the stream wait for a long time. The state after the events that were read
// in this time is cached for the next command.
const ReadFor = 10 * time.Second

const (
	mostLoads   = 10  // how often one load of a stream is repeated if the log goes back to an earlier state during each attempt
	shortStream = 100 // number of events that are read before a snapshot is looked for
	findFor     = 500 * time.Millisecond
)

// errLong stops the load of a stream that has many events. The caller then searches for a snapshot
// of the stream.
var errLong = errors.New("the stream is long")

// Observe takes an event that another process has appended, and applies it to the stream's state in
// memory. The next command in this process then does not conflict with the event. If the event does
// not directly follow the state in memory, Observe ignores the event.
func (s *States[S]) Observe(e event.Recorded) {
	if e.StreamType != s.streamType {
		return
	}
	defer func() {
		_ = recover() // a panic of Evolve is ignored here: the next command loads the event and panics again, and that panic is returned to a caller
	}()
	s.replace(e.StreamID, e.Version-1, func(at State[S]) State[S] {
		e.Event = detach.Event(e.Event) // other observers get the same event, so the state must not share memory with it
		return s.after(at, e)
	})
}

// load reads a stream and returns its state. If reading fails before the end of the stream, load
// returns the error and the state after the events that were read.
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

// Refresh reads the events that follow the given state, and returns the stream's current state.
// Nothing else may use the given state. If the log lacks the last event of the given state, for
// example because the database was restored, Refresh loads the whole stream. If reading fails
// before the end of the stream, Refresh returns the error and the state after the events that were
// read.
func (s *States[S]) Refresh(ctx context.Context, id uuid.UUID, old State[S]) (at State[S], err error) {
	ctx, span := tracing.Child(ctx, "load", s.streamType)
	defer func() {
		if span.IsRecording() {
			span.SetAttributes(attribute.Int64("engine.version", at.Version), attribute.Int64("engine.version_in_memory", old.Version))
		}
		tracing.End(span, err)
	}()
	if old.Version == 0 {
		return s.load(ctx, id)
	}
	at, err = s.goOn(ctx, id, old)
	if errors.Is(err, event.ErrLogChanged) {
		return s.load(ctx, id)
	}
	return at, err
}

// goOn reads the events that follow the given state and applies them. Nothing else may use the
// given state. If the log lacks the last event of the given state, goOn fails with
// event.ErrLogChanged.
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

// InTime adds event.ErrUnavailable to the error of a read whose time was up: nothing was appended,
// so the caller may retry. InTime returns other errors unchanged.
func InTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
	}
	return err
}

// loadLong loads a long stream, beginning at the stream's snapshot. If the stream has no snapshot,
// or the log lacks the last event of the snapshot, loadLong begins at the state in the parameter
// read.
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
// findSnapshot returns false and no error, because the state can also be computed without a
// snapshot.
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
