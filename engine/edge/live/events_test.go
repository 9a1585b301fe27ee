package live

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// several returns some events at once.
type several []*ring.Event

func (s several) Next(context.Context) ([]*ring.Event, int64, error) {
	return s, s[len(s)-1].Recorded.Position, nil
}
func (several) Close() {}

// An answer that ends at a position has no event after it, even if the log has grown meanwhile: a
// client that continues after the position would get such an event twice.
func TestAnAnswerEndsExactlyAtItsPosition(t *testing.T) {
	t.Parallel()
	var events several
	for position := int64(1); position <= 5; position++ {
		events = append(events, &ring.Event{Recorded: event.Recorded{Position: position, Type: "x"}})
	}
	source := OfEvents{Subscription: events, Until: new(int64(3)), Body: Body{Shared: func(event.Recorded) (ring.Rendered, error) {
		return ring.Rendered{Text: []byte("{}")}, nil
	}}}
	sent := 0
	count, position, err := source.Next(t.Context(), time.Second, Lines, func([]byte) { sent++ })
	if sent != 3 || count != 3 || position != 3 || !errors.Is(err, ErrComplete) {
		t.Errorf("got %d events up to %d, %v, want 3 up to 3", sent, position, err)
	}
}
