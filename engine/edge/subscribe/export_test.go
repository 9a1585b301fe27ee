package subscribe

import (
	"context"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
)

// replica is a fake log with three events. The test asks only for the position of the last event.
type replica struct{}

func (replica) Head(context.Context) (int64, error) { return 3, nil }

func (replica) Tail(context.Context, int64, int) ([]event.Recorded, error) { return nil, nil }

func (replica) TailOf(context.Context, uuid.UUID, int64, int64, int) ([]event.Recorded, error) {
	return nil, nil
}

func (replica) Firsts(context.Context, []uuid.UUID) ([]event.Recorded, error) { return nil, nil }

// An answer with follow=false ends at the log's end, but never before the position after which the
// answer begins. The service may read the end of the log on a replica that has not reached this
// position yet. The replica then reaches the position while the request waits for it.
func TestAnExportEndsAfterItsBeginning(t *testing.T) {
	t.Parallel()
	s := &Subscriptions{
		Feed:  feed.New(feed.Options{Log: replica{}, Registerer: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler)}),
		Await: func(context.Context, *string, *string) error { return nil },
	}
	for after, want := range map[string]int64{"0": 3, "3": 3, "8": 8, "now": 3} {
		a, err := s.read(t.Context(), live.Lines, Request{After: &after, Follow: new(bool)})
		if err != nil || a.until == nil || *a.until != want {
			t.Errorf("after %s: got %+v, %v, want the end %d", after, a, err, want)
		}
	}
}
