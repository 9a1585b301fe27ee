package act

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/outbox/dead"
)

// dead returns the stream with a dead message that an order names, and the beginning of its plan.
func (a *Acts) dead(ctx context.Context, order Order) (dead.Stream, Plan, error) {
	id, err := uuid.Parse(order.ID)
	if err != nil {
		return dead.Stream{}, Plan{}, ErrUnknown
	}
	streams, err := a.Dead.List(ctx)
	if err != nil {
		return dead.Stream{}, Plan{}, err
	}
	for _, s := range streams {
		if s.StreamID != id {
			continue
		}
		return s, Plan{
			On: "messages of stream " + s.StreamID.String(),
			Now: []Fact{
				{"Stream", s.StreamID.String()}, {"Message", fmt.Sprintf("%s of event %s at position %d", s.Type, s.EventID, s.Position)},
				{"Refused", fmt.Sprintf("%d times, dead since %s", s.Attempts, s.DeadAt.UTC().Format(time.RFC3339))},
				{"Error", firstLine(s.Error)}, {"Behind it", fmt.Sprintf("%d messages of the stream wait", s.Behind)},
			},
			Seen: strconv.FormatInt(s.Position, 10),
		}, nil
	}
	return dead.Stream{}, Plan{}, ErrGone
}

func (a *Acts) redrive(ctx context.Context, order Order) (prepared, error) {
	stream, plan, err := a.dead(ctx, order)
	if err != nil {
		return prepared{}, err
	}
	plan.Title = "Redrive a dead message"
	plan.Like = "ops messages redrive " + stream.StreamID.String()
	plan.Will = []string{
		fmt.Sprintf("The dead message and the %d messages behind it go back to the outbox.", stream.Behind),
		"The relay sends them again, in order, before newer messages of the stream.",
		"If the broker refuses the message again and again, it dies again. Nothing is lost.",
	}
	return prepared{plan, func(ctx context.Context, _ Order) (string, error) {
		moved, err := a.Dead.Redrive(ctx, stream.StreamID)
		if err != nil {
			return "Nothing was redriven:", err
		}
		return fmt.Sprintf("%d messages are in the outbox again.", moved), nil
	}}, nil
}

func (a *Acts) drop(ctx context.Context, order Order) (prepared, error) {
	stream, plan, err := a.dead(ctx, order)
	if err != nil {
		return prepared{}, err
	}
	plan.Title, plan.Note, plan.Final = "Drop a dead message", true, true
	plan.Like = "ops messages drop -note … " + stream.StreamID.String()
	plan.Will = []string{
		fmt.Sprintf("Nobody gets the message %s of position %d, for good.", stream.Type, stream.Position),
		fmt.Sprintf("The %d messages behind it go on without it.", stream.Behind),
		"Your name, the time and the note are stored with the message.",
	}
	return prepared{plan, func(ctx context.Context, order Order) (string, error) {
		moved, err := a.Dead.Drop(ctx, stream.StreamID, order.Operator, order.Note)
		if err != nil {
			return "Nothing was dropped:", err
		}
		return fmt.Sprintf("Dropped; %d messages behind it are in the outbox again.", moved), nil
	}}, nil
}
