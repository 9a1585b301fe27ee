package feed

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/feed/past"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/pg/retry"
)

// Subscription returns events to one subscriber. Only one goroutine may use a Subscription.
type Subscription struct {
	feed   *Feed
	topic  ring.Topic
	types  Types
	place  past.Place
	reader *ring.Reader
	past   *past.Reader // nil: the subscription is not behind what is in memory
}

// Subscribe returns a Subscription to the events after a position. The position must not be beyond
// the end of the log. The caller must close the Subscription.
func (f *Feed) Subscribe(topic ring.Topic, types Types, after int64) *Subscription {
	return &Subscription{feed: f, topic: topic, types: types, place: past.Place{Position: after, Version: -1}, reader: f.ring.Join(topic)}
}

// mostReturned is the largest number of events that Next returns.
const mostReturned = 512

// aMoment is the pause after a read that has found no events although the log has further events.
// This happens if the read has used a replica that lags behind the primary.
const aMoment = 20 * time.Millisecond

// Next waits until an event matches, and returns the next matching events, which the caller must
// not change. No other event matches up to the returned position. When the deadline of ctx passes,
// Next returns no events, the position that it has reached, and no error. After an error
// (event.ErrLogChanged, ErrDraining, a canceled ctx, or an error of the log), the Subscription must
// not be used again. After an error of the log, a new Subscription can continue after the returned
// position.
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
			s.caughtUp()
			s.place.Position = upTo
			if len(found) > 0 {
				s.place.Version = found[len(found)-1].Recorded.Version
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

// page reads the next events from the database, because the ring no longer has them.
func (s *Subscription) page(ctx context.Context) ([]*ring.Event, error) {
	if s.past == nil {
		s.past = s.feed.past.Reader(s.topic)
	}
	found, upTo, err := s.past.Page(ctx, s.place)
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

// selected returns the events of the subscriber's types. If the subscriber wants all types,
// selected returns the given slice; otherwise it returns a new slice.
func (s *Subscription) selected(events []*ring.Event) []*ring.Event {
	if len(s.types) == 0 {
		return events
	}
	var selected []*ring.Event
	for _, e := range events {
		if s.types.Has(e.Recorded.Type) {
			selected = append(selected, e)
		}
	}
	return selected
}

// unlessTime returns nil if the deadline of ctx has passed. Otherwise unlessTime returns the error
// unchanged.
func (s *Subscription) unlessTime(ctx context.Context, err error) error {
	if ctx.Err() == context.DeadlineExceeded {
		return nil
	}
	return err
}

// caughtUp ends the reads from the database, because the ring has the next events again.
func (s *Subscription) caughtUp() {
	if s.past != nil {
		s.past.Close()
		s.past = nil
	}
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.caughtUp()
	s.reader.Leave()
}
