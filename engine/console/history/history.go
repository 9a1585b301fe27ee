package history

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/console/difference"
	"example.com/pgcqrs/engine/event"
)

// Read returns the page of a stream that has a version. A version of 0, or one that the stream does
// not have yet, stands for the stream's last version. If the states need many events before the
// page, Read computes them only if all is true.
func (r *Reader) Read(ctx context.Context, id uuid.UUID, at int64, all bool) (Page, error) {
	last, err := r.Log.VersionAt(ctx, id, endOfTime)
	switch {
	case err != nil:
		return Page{}, err
	case last == 0:
		return Page{}, ErrNoStream
	case at < 1 || at > last:
		at = last
	}
	first := (at-1)/perPage*perPage + 1
	events, err := r.read(ctx, id, first, min(first+perPage-1, last))
	if err != nil {
		return Page{}, err
	}
	page := Page{ID: id, Type: events[0].StreamType, Last: last, At: at, Before: max(0, first-1)}
	if first+perPage <= last {
		page.After = first + perPage
	}
	for _, e := range events {
		page.Steps = append(page.Steps, Step{Event: e, Data: difference.Show(e.Data)})
	}
	if page.NoState, page.TooLong = r.states(ctx, page.Steps, all); page.NoState == "" && !page.TooLong && ctx.Err() != nil {
		return Page{}, ctx.Err()
	}
	page.Here = page.Steps[at-first]
	return page, nil
}

// read reads the events of a stream from one version to another. The log returns fewer events at a
// time if the events are large.
func (r *Reader) read(ctx context.Context, id uuid.UUID, first, last int64) (events []event.Recorded, err error) {
	for first <= last {
		some, err := r.Log.TailOf(ctx, id, first-1, 0, int(last-first+1))
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, fmt.Errorf("%w: version %d of %s is not there", ErrNoStream, first, id)
		}
		events = append(events, some...)
		first = some[len(some)-1].Version + 1
	}
	return events, nil
}
