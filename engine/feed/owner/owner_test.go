package owner

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// short is a fake log that has lost all its events.
type short struct{}

func (short) Firsts(context.Context, []uuid.UUID) ([]event.Recorded, error) { return nil, nil }

// Between the read of an event and the read of its stream's first event, the log may go back to an
// earlier state. The answer then asks the client to retry, because this is no defect of the
// program.
func TestAStreamThatIsGoneIsUnavailable(t *testing.T) {
	t.Parallel()
	err := New(short{}).Fill(t.Context(), []*ring.Event{{Recorded: event.Recorded{Position: 1, StreamID: uuid.New()}}})
	if !errors.Is(err, event.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// begun is the first event of a stream.
type begun struct{}

func (begun) EventType() string  { return "begun" }
func (begun) SchemaVersion() int { return 1 }
func (begun) OwnedBy() string    { return "ada" }

// large is a fake log whose first events are so large that each read returns only one of them.
type large struct{}

func (large) Firsts(_ context.Context, streams []uuid.UUID) ([]event.Recorded, error) {
	return []event.Recorded{{StreamID: streams[len(streams)-1], Event: begun{}}}, nil
}

// The number of bytes of one read is limited, so a read may leave out some of the requested first
// events.
func TestLargeFirstEventsAreReadOneAfterAnother(t *testing.T) {
	t.Parallel()
	var events []*ring.Event
	for position := range int64(3) {
		events = append(events, &ring.Event{Recorded: event.Recorded{Position: position + 1, StreamID: uuid.New()}})
	}
	if err := New(large{}).Fill(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if !e.Owned || e.Owner != "ada" {
			t.Errorf("the event at position %d belongs to %q", e.Recorded.Position, e.Owner)
		}
	}
}
