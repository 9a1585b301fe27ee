package live

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// Body renders an event as JSON on one line.
type Body struct {
	Shared func(e event.Recorded) (ring.Rendered, error)               // without personal data, for every client that may see the event
	Owned  func(ctx context.Context, e event.Recorded) ([]byte, error) // with personal data, for the owner of the data; nil: the client gets no personal data
}

// Subscription returns the events for one subscriber. feed.Subscription implements it.
type Subscription interface {
	Next(ctx context.Context) (events []*ring.Event, position int64, err error)
	Close()
}

// OfEvents is a Source whose texts are the events of a subscription.
type OfEvents struct {
	Subscription Subscription
	Body         Body
	Until        *int64 // position of the last event to send, after which the answer is complete; nil: no limit
}

// Next passes the texts of the next events to the function send (see Source).
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

// frame returns the text that is sent for an event.
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
