package eventstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// pending is an append on its way: encoded by its caller, flown by the committer.
type pending struct {
	streams []streamRow
	events  []eventRow
	once    *onceRow
	bytes   int
	resent  bool // an earlier flight may have committed it
	done    chan outcome
}

type outcome struct {
	appended events.Appended
	err      error
}

// Append appends all of a, or nothing. It answers once the events are durable.
//
// Errors: events.ErrConflict, events.ErrAnswered, events.ErrOverloaded and
// events.ErrUnavailable say that nothing was appended. After
// events.ErrUnknownOutcome and a context's error the append may still happen:
// ending ctx gives up the wait, not what was already sent.
func (s *Store) Append(ctx context.Context, a events.Append) (events.Appended, error) {
	p, err := s.encode(a)
	if err != nil {
		return events.Appended{}, err
	}
	select {
	case <-s.closed:
		return events.Appended{}, events.ErrUnavailable
	case s.queue <- p:
	default:
		s.metrics.appends.WithLabelValues("overloaded").Inc()
		return events.Appended{}, events.ErrOverloaded
	}
	select {
	case out := <-p.done:
		return out.appended, out.err
	case <-ctx.Done():
		return events.Appended{}, ctx.Err()
	case <-s.closed:
		return lastWord(p)
	}
}

// lastWord is the outcome of an append that raced with the end of Run.
func lastWord(p *pending) (events.Appended, error) {
	select {
	case out := <-p.done:
		return out.appended, out.err
	default:
		return events.Appended{}, events.ErrUnavailable
	}
}

// encode checks a and turns it into rows, in the caller's goroutine: the
// committer should do nothing but fly.
func (s *Store) encode(a events.Append) (*pending, error) {
	if len(a.Streams) == 0 {
		return nil, errors.New("append without a stream")
	}
	metadata, err := encodeJSON(a.Metadata)
	if err != nil {
		return nil, fmt.Errorf("encode metadata: %w", err)
	}
	p := &pending{done: make(chan outcome, 1)}
	seen := make(map[uuid.UUID]bool, len(a.Streams))
	for _, stream := range a.Streams {
		if seen[stream.ID] {
			return nil, fmt.Errorf("append names stream %s twice", stream.ID)
		}
		seen[stream.ID] = true
		if err := s.encodeStream(p, stream, metadata); err != nil {
			return nil, err
		}
	}
	if len(p.events) == 0 && a.Once == nil {
		return nil, errors.New("append without an event")
	}
	if a.Once != nil {
		p.once = newOnceRow(*a.Once, len(a.Streams[0].Events))
	}
	return p, nil
}

// clashes says whether two appends must not fly together: the statement looks at
// each stream, and at each key, once.
func (p *pending) clashes(streams map[uuid.UUID]bool, keys map[string]bool) bool {
	if p.once != nil && keys[p.once.key] {
		return true
	}
	for _, stream := range p.streams {
		if streams[stream.id] {
			return true
		}
	}
	return false
}
