package live

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// given is a fake subscription. It returns events with the positions 1, 2, 3 …, all in one call.
type given int64

func (g given) Next(context.Context) (events []*ring.Event, position int64, err error) {
	for position < int64(g) {
		position++
		events = append(events, &ring.Event{Recorded: event.Recorded{Position: position, Type: "happened"}})
	}
	return events, position, nil
}

func (given) Close() {}

// An answer that ends at a position has exactly the events up to this position, even if the log has
// later events, and even if the position is 0. The last message of the answer has the position
// after which a client continues.
func TestAnAnswerIsCompleteAtItsEnd(t *testing.T) {
	t.Parallel()
	for until, want := range map[int64]string{
		3: `1 2 3 {"end":{"code":"complete","detail":"This is all that there was when the request came.","position":"3"}}`,
		0: `{"end":{"code":"complete","detail":"This is all that there was when the request came.","position":"0"}}`,
	} {
		registry := prometheus.NewRegistry()
		answers := New(Bounds{}, registry, admission.NewTurnedAway(registry), slog.New(slog.DiscardHandler))
		answer := answers.New(t.Context(), Lines, func() Source {
			shared := func(e event.Recorded) (ring.Rendered, error) {
				return ring.Rendered{Text: []byte{'0' + byte(e.Position)}}, nil
			}
			return OfEvents{Subscription: given(5), Body: Body{Shared: shared}, Until: &until}
		})
		recorder := httptest.NewRecorder()
		if err := answer.Write(recorder); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(recorder.Body.String()), " "); got != strings.Join(strings.Fields(want), " ") {
			t.Errorf("up to %d: got %s", until, got)
		}
	}
}
