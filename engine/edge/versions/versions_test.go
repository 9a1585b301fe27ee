package versions

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/feed/ring"
)

// subscription is a fake subscription. It returns one event and, after the channel is closed, an
// error.
type subscription struct {
	events []*ring.Event
	over   chan struct{}
}

func (s *subscription) Next(ctx context.Context) ([]*ring.Event, int64, error) {
	if found := s.events; len(found) > 0 {
		s.events = nil
		return found, found[0].Recorded.Position, nil
	}
	select {
	case <-s.over:
		return nil, 5, feed.ErrDraining
	default:
	}
	select {
	case <-s.over:
		return nil, 5, feed.ErrDraining
	case <-ctx.Done():
		return nil, 5, nil
	}
}
func (*subscription) Close() {}

// Even if the read model applies no events, the streaming answer of a row ends when the process
// ends. A wait for the read model does not exceed its time limit.
func TestARowThatWaitsIsToldOfTheEnd(t *testing.T) {
	t.Parallel()
	events := &subscription{[]*ring.Event{{Recorded: event.Recorded{Position: 5}}}, make(chan struct{})}
	v := &source{begun: true, row: Row{Position: 3, Tag: "1"}, events: events, rows: Rows{Wait: func(ctx context.Context, _ int64) error {
		<-ctx.Done()
		return ctx.Err()
	}}}
	if count, position, err := v.Next(t.Context(), time.Millisecond, live.Events, func([]byte) {}); count != 0 || position != 3 || err != nil {
		t.Errorf("got %d texts up to %d, %v", count, position, err)
	}
	time.AfterFunc(10*time.Millisecond, func() { close(events.over) })
	if _, _, err := v.Next(t.Context(), time.Minute, live.Events, func([]byte) {}); !errors.Is(err, feed.ErrDraining) {
		t.Errorf("got %v", err)
	}
}

// Each version of a row is sent once, and no older version is sent after a newer one.
func TestARowNeverGoesBack(t *testing.T) {
	t.Parallel()
	events := &subscription{over: make(chan struct{})}
	rows := []Row{{Position: 5, Tag: "2"}, {Position: 4, Tag: "1"}, {Position: 6, Tag: "2"}, {Position: 7, Tag: "3", Parked: 8}}
	v := &source{begun: true, row: Row{Position: 3, Tag: "1"}, events: events, read: func(context.Context) (row Row, err error) {
		row, rows = rows[0], rows[1:]
		return row, nil
	}, rows: Rows{Within: time.Second, Wait: func(context.Context, int64) error { return nil }}}
	for i, want := range []int{1, 0, 0, 2} {
		events.events = []*ring.Event{{Recorded: event.Recorded{Position: v.row.Position + 1}}}
		if count, position, err := v.Next(t.Context(), time.Second, live.Events, func([]byte) {}); count != want || err != nil || position < 5 {
			t.Errorf("step %d: got %d texts up to %d, %v, want %d", i, count, position, err, want)
		}
	}
}

// While the stream has no new event, Next returns positions that are higher than the position of
// the row. While the read model has not applied the next event, Next returns no lower position than
// before.
func TestThePositionOfARowNeverGoesBack(t *testing.T) {
	t.Parallel()
	events := &subscription{over: make(chan struct{})}
	v := &source{begun: true, row: Row{Position: 3, Tag: "1"}, events: events, rows: Rows{Wait: func(ctx context.Context, _ int64) error {
		<-ctx.Done()
		return ctx.Err()
	}}}
	for step, next := range [][]*ring.Event{nil, {{Recorded: event.Recorded{Position: 6}}}, nil} {
		events.events = next
		if count, position, err := v.Next(t.Context(), time.Millisecond, live.Events, func([]byte) {}); count != 0 || position != 5 || err != nil {
			t.Errorf("step %d: got %d texts up to %d, %v, want 5", step, count, position, err)
		}
	}
}
