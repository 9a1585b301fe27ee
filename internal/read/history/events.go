package history

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Events returns at most limit events after the version afterVersion, and fewer if the events are
// large. If afterVersion is 0, Events begins with the first event. Events also returns whether more
// events follow, and the position of the log up to which the result includes all events. Events
// returns event.ErrStreamNotFound for a stream that has no events, that had no events at the
// requested time, or that belongs to another subject.
func (q *Queries) Events(ctx context.Context, subject string, id uuid.UUID, afterVersion int64, limit int, until Until) ([]event.Recorded, bool, int64, error) {
	head, err := q.log.Head(ctx) // read before the page, so the page reflects at least this position
	if err != nil {
		return nil, false, 0, err
	}
	if ours, err := q.belongs(ctx, subject, id); err != nil || !ours {
		return nil, false, head, cmp.Or(err, event.ErrStreamNotFound)
	}
	last, err := q.lastOf(ctx, id, until)
	if err != nil {
		return nil, false, 0, err
	}
	left := max(0, last-afterVersion)
	page, cut, err := q.log.Page(ctx, q.streamType, id, afterVersion, int(min(int64(limit)+1, left)))
	if err != nil {
		return nil, false, 0, err
	}
	switch {
	case len(page) == 0 && afterVersion == 0:
		return nil, false, head, event.ErrStreamNotFound
	case len(page) > limit:
		return page[:limit], true, head, nil
	}
	return page, cut, head, nil
}
