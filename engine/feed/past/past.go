package past

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/owner"
	"example.com/pgcqrs/engine/feed/ring"
)

// Log is what is read; eventlog.Store is one.
type Log interface {
	Head(ctx context.Context) (int64, error)
	Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error)
	TailOf(ctx context.Context, id uuid.UUID, version, position int64, limit int) ([]event.Recorded, error)
}

// Past reads pages of the log.
type Past struct {
	log    Log
	owners *owner.Owners
	turns  chan struct{}
}

// New makes a Past that reads so many pages at once.
func New(log Log, owners *owner.Owners, atOnce int) *Past {
	return &Past{log: log, owners: owners, turns: make(chan struct{}, atOnce)}
}

// Place is how far a reader has got in a topic.
type Place struct {
	Position int64 // all of the topic's events up to here are read
	Version  int64 // of the topic's stream, of its last event that is read; -1: not known
}

// mostEvents is how many events a page is made of, at most.
const mostEvents = 512

// Page returns events of a topic after a place, in order, perhaps none, and the place up to which there
// is no other: the same one where the log has nothing after it.
func (p *Past) Page(ctx context.Context, topic ring.Topic, after Place) (events []*ring.Event, upTo Place, err error) {
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-ctx.Done():
		return nil, after, ctx.Err()
	}
	if stream, ok := topic.Stream(); ok {
		return p.ofStream(ctx, stream, after)
	}
	found, err := p.log.Tail(ctx, after.Position, mostEvents)
	if err != nil || len(found) == 0 {
		return nil, after, err
	}
	upTo = Place{Position: found[len(found)-1].Position, Version: -1}
	events = shared(found)
	if topic.All() {
		return events, upTo, nil
	}
	if err := p.owners.Fill(ctx, events); err != nil {
		return nil, after, err
	}
	return slices.DeleteFunc(events, func(e *ring.Event) bool { return !topic.Has(e) }), upTo, nil
}

// ofStream reads a page of one stream. Where it has nothing more, that is so up to the log's head, which is
// read before.
func (p *Past) ofStream(ctx context.Context, stream uuid.UUID, after Place) ([]*ring.Event, Place, error) {
	head, err := p.log.Head(ctx)
	if err != nil {
		return nil, after, err
	}
	found, err := p.log.TailOf(ctx, stream, after.Version, after.Position, mostEvents)
	if err != nil {
		return nil, after, err
	}
	if len(found) == 0 {
		return nil, Place{Position: max(head, after.Position), Version: after.Version}, nil
	}
	last := found[len(found)-1]
	return shared(found), Place{Position: last.Position, Version: last.Version}, nil
}

func shared(found []event.Recorded) []*ring.Event {
	events := make([]*ring.Event, len(found))
	for i, e := range found {
		events[i] = &ring.Event{Recorded: e}
	}
	return events
}
