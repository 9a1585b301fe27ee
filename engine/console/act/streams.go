package act

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/projection/park"
)

// parked returns the parked stream that an order names, and the beginning of its plan.
func (a *Acts) parked(ctx context.Context, order Order) (park.Stream, Plan, error) {
	id, err := uuid.Parse(order.ID)
	if err != nil {
		return park.Stream{}, Plan{}, ErrUnknown
	}
	streams, err := park.List(ctx, a.Projections)
	if err != nil {
		return park.Stream{}, Plan{}, err
	}
	for _, s := range streams {
		if s.Projection != order.Projection || s.StreamID != id {
			continue
		}
		plan := Plan{
			On: fmt.Sprintf("%s, stream %s", s.Projection, s.StreamID),
			Now: []Fact{
				{"Projection", s.Projection}, {"Stream", s.StreamType + " " + s.StreamID.String()},
				{"Parked at", fmt.Sprintf("version %d, position %d", s.Version, s.Position)},
				{"Since", s.ParkedAt.UTC().Format(time.RFC3339)}, {"Error", firstLine(s.Error)},
			},
			Seen: fmt.Sprintf("%d %t", s.Version, s.DiscardedAt != nil),
		}
		if s.DiscardedAt != nil {
			plan.Now = append(plan.Now, Fact{"Discarded", fmt.Sprintf("%s by %s: %s", s.DiscardedAt.UTC().Format(time.RFC3339), s.DiscardedBy, s.DiscardNote)})
		}
		return s, plan, nil
	}
	return park.Stream{}, Plan{}, ErrGone
}

func (a *Acts) retryStream(ctx context.Context, order Order) (prepared, error) {
	stream, plan, err := a.parked(ctx, order)
	if err != nil {
		return prepared{}, err
	}
	plan.Title = "Retry a parked stream"
	plan.Like = fmt.Sprintf("ops projections retry %s %s", stream.Projection, stream.StreamID)
	plan.Will = []string{
		fmt.Sprintf("The projection applies the events of the stream from version %d on, in order.", stream.Version),
		"If all of them can be applied, the stream is no longer parked.",
		"If one can't be applied, the stream stays parked there, and its error is shown. Nothing is lost.",
	}
	return prepared{plan, func(ctx context.Context, _ Order) (string, error) {
		if err := park.Retry(ctx, a.Projections, stream); err != nil {
			return "The stream is still parked:", err
		}
		return fmt.Sprintf("Applied from version %d on; the stream is no longer parked.", stream.Version), nil
	}}, nil
}

func (a *Acts) discardStream(ctx context.Context, order Order) (prepared, error) {
	stream, plan, err := a.parked(ctx, order)
	if err == nil && stream.DiscardedAt != nil {
		err = ErrGone
	}
	if err != nil {
		return prepared{}, err
	}
	plan.Title, plan.Note, plan.Final = "Discard a parked stream", true, true
	plan.Like = fmt.Sprintf("ops projections discard -note … %s %s", stream.Projection, stream.StreamID)
	plan.Will = []string{
		fmt.Sprintf("The projection goes on without the stream: its rows stay as they were before version %d.", stream.Version),
		"The stream counts as waiting no more. The log keeps its events.",
		"Your name, the time and the note are stored with the stream. A later retry takes the stream back.",
	}
	return prepared{plan, func(ctx context.Context, order Order) (string, error) {
		if err := park.Discard(ctx, a.Projections, stream.Projection, stream.StreamID, order.Operator, order.Note); err != nil {
			return "Nothing was discarded:", err
		}
		return "Discarded; a retry takes the stream back.", nil
	}}, nil
}
