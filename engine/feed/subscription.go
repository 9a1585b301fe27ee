package feed

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/feed/past"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/pg/retry"
)

// Subscription is one subscriber's. It is for one goroutine.
type Subscription struct {
	feed   *Feed
	topic  ring.Topic
	types  Types
	place  past.Place
	reader *ring.Reader
}

// mostReturned is how many events Next returns at most.
const mostReturned = 512

// aMoment is the pause before the log is asked again that had nothing, although there is more: a replica
// is behind another one.
const aMoment = 20 * time.Millisecond

// Next returns the next events, which all subscribers share, and the position up to which there is no
// other; it waits until there is one. When ctx's time is up it returns none, and the position that it has
// got to. Any other error ends the subscription, all events up to the position having been returned:
// event.ErrLogChanged, ErrDraining, ctx's, or that of the log, after which a new one goes on.
func (s *Subscription) Next(ctx context.Context) (events []*ring.Event, position int64, err error) {
	for {
		found, upTo, behind, err := s.reader.After(s.place.Position, mostReturned)
		switch {
		case err != nil:
			return nil, s.place.Position, err
		case behind:
			if found, err = s.page(ctx); err != nil {
				return nil, s.place.Position, s.unlessTime(ctx, err)
			}
		default:
			s.place.Position = upTo
			if len(found) > 0 {
				s.place.Version = found[len(found)-1].Version
			}
		}
		if found = s.selected(found); len(found) > 0 {
			s.feed.events.Add(float64(len(found)))
			return found, s.place.Position, nil
		}
		if behind {
			if ctx.Err() != nil {
				return nil, s.place.Position, s.unlessTime(ctx, ctx.Err())
			}
			continue
		}
		select {
		case <-s.reader.Wake():
		case <-ctx.Done():
			return nil, s.place.Position, s.unlessTime(ctx, ctx.Err())
		}
	}
}

// page reads what the ring does not have any more.
func (s *Subscription) page(ctx context.Context) ([]*ring.Event, error) {
	found, upTo, err := s.feed.past.Page(ctx, s.topic, s.place)
	if err != nil {
		return nil, err
	}
	s.feed.behind.Inc()
	if upTo == s.place {
		retry.Pause(ctx, aMoment)
	}
	s.place = upTo
	return found, nil
}

// selected returns the events whose types are asked for. The ring's own slice stays as it is.
func (s *Subscription) selected(events []*ring.Event) []*ring.Event {
	if len(s.types) == 0 {
		return events
	}
	var selected []*ring.Event
	for _, e := range events {
		if s.types.Has(e.Type) {
			selected = append(selected, e)
		}
	}
	return selected
}

// unlessTime returns nil for an error that says that ctx's time is up.
func (s *Subscription) unlessTime(ctx context.Context, err error) error {
	if ctx.Err() == context.DeadlineExceeded { //nolint:errorlint // a context returns these two as they are
		return nil
	}
	return err
}

// Close ends the subscription.
func (s *Subscription) Close() { s.reader.Leave() }
