package owner

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// short is a log that has lost all its events.
type short struct{}

func (short) Firsts(context.Context, []uuid.UUID) ([]event.Recorded, error) { return nil, nil }

// Between the read of an event and the read of its stream's first event, a log can go back. A client
// is then asked to retry: this is no defect of the program.
func TestAStreamThatIsGoneIsUnavailable(t *testing.T) {
	t.Parallel()
	err := New(short{}).Fill(t.Context(), []*ring.Event{{Recorded: event.Recorded{Position: 1, StreamID: uuid.New()}}})
	if !errors.Is(err, event.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
