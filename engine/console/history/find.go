package history

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Place is an event that an operator looks for.
type Place struct {
	Stream  uuid.UUID
	Version int64 // 0: the last one
}

// Find returns the place that a text names: the id of a stream, the id of an event, or a position
// of the log. If the log has none of them, Find returns ErrNoStream.
func (r *Reader) Find(ctx context.Context, text string) (Place, error) {
	text = strings.TrimSpace(text)
	if position, err := strconv.ParseInt(text, 10, 64); err == nil {
		return placeOf(r.Log.AtOn(ctx, r.On, []int64{position}))
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return Place{}, ErrNoStream
	}
	if last, err := r.Log.VersionAt(ctx, id, endOfTime); err != nil || last > 0 {
		return Place{Stream: id}, err
	}
	return placeOf(r.Log.ByID(ctx, []uuid.UUID{id}))
}

func placeOf(found []event.Recorded, err error) (Place, error) {
	if err == nil && len(found) == 0 {
		err = ErrNoStream
	}
	if err != nil {
		return Place{}, err
	}
	return Place{found[0].StreamID, found[0].Version}, nil
}

// Last returns the type of a stream and its last events, the newest first.
func (r *Reader) Last(ctx context.Context, id uuid.UUID, most int64) (streamType string, events []event.Recorded, err error) {
	last, err := r.Log.VersionAt(ctx, id, endOfTime)
	switch {
	case err != nil:
		return "", nil, err
	case last == 0:
		return "", nil, ErrNoStream
	}
	if events, err = r.read(ctx, id, max(1, last-most+1), last); err != nil {
		return "", nil, err
	}
	slices.Reverse(events)
	return events[0].StreamType, events, nil
}
