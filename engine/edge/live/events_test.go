package live

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// several is a fake subscription that returns all its events in one call.
type several []*ring.Event

func (s several) Next(context.Context) ([]*ring.Event, int64, error) {
	return s, s[len(s)-1].Recorded.Position, nil
}
func (several) Close() {}

// An answer that ends at a position has no event after it, even if the log has grown meanwhile.
// Otherwise a client that continues after the position would get such an event twice.
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

// An answer may be dropped before it is written, for example because the log's epoch has changed.
// Such an answer does not count towards the limit of open answers.
func TestADroppedAnswerLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	answers := New(Bounds{Connections: 1}, registry, admission.NewTurnedAway(registry), slog.New(slog.DiscardHandler))
	var last *Answer
	for range 3 {
		last = answers.New(t.Context(), Lines, func() Source {
			return OfEvents{Subscription: several{{Recorded: event.Recorded{Position: 1}}}, Until: new(int64(0))}
		})
	}
	if err := last.Write(httptest.NewRecorder()); err != nil || answers.gate.Inside() != 0 {
		t.Errorf("got %v, %d are open", err, answers.gate.Inside())
	}
}
