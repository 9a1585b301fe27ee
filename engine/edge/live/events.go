package live

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// Body renders an event as JSON on one line.
type Body struct {
	Shared func(e event.Recorded) (ring.Rendered, error)               // without personal data, for all who may see the event
	Owned  func(ctx context.Context, e event.Recorded) ([]byte, error) // with personal data, for its owner; nil: the client does not get personal data
}

// Subscription has events; feed.Subscription implements it.
type Subscription interface {
	Next(ctx context.Context) (events []*ring.Event, position int64, err error)
	Close()
}

// OfEvents is a Source of the events of a subscription.
type OfEvents struct {
	Subscription Subscription
	Body         Body
	Until        *int64 // the answer has the events up to this position, and is then complete; nil: it goes on
}

// Next passes the texts of the next events to send (see Source).
func (o OfEvents) Next(ctx context.Context, within time.Duration, form Form, send func([]byte)) (count int, position int64, err error) {
	waiting, cancel := context.WithTimeout(ctx, within)
	events, position, err := o.Subscription.Next(waiting)
	cancel()
	for _, e := range events {
		if o.Until != nil && e.Recorded.Position > *o.Until {
			break
		}
		text, err := o.frame(ctx, form, e)
		if err != nil {
			return count, e.Recorded.Position - 1, err
		}
		send(text)
		count++
	}
	if err == nil && o.Until != nil && position >= *o.Until {
		return count, *o.Until, ErrComplete
	}
	return count, position, err
}

// frame returns an event's text.
func (o OfEvents) frame(ctx context.Context, form Form, e *ring.Event) ([]byte, error) {
	shared, err := e.Render(int(form-Events), func(r event.Recorded) (ring.Rendered, error) {
		made, err := o.Body.Shared(r)
		made.Text = form.frameOf(r.Position, r.Type, made.Text)
		return made, err
	})
	if err != nil || !shared.Personal || o.Body.Owned == nil {
		return shared.Text, err
	}
	body, err := o.Body.Owned(ctx, e.Recorded)
	if err != nil {
		return nil, err
	}
	return form.frameOf(e.Recorded.Position, e.Recorded.Type, body), nil
}

// Close ends the subscription.
func (o OfEvents) Close() { o.Subscription.Close() }
