package history

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/console/difference"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/snapshots"
)

// perPage is the number of events on one page.
const perPage = 20

// ErrNoStream means that the log has no such stream, event or position.
var ErrNoStream = errors.New("the log has no such stream")

// Log reads the log; eventlog.Store implements Log.
type Log interface {
	TailOf(ctx context.Context, id uuid.UUID, version, position int64, limit int) ([]event.Recorded, error)
	LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error
	VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error)
	AtOn(ctx context.Context, on eventlog.Querier, positions []int64) ([]event.Recorded, error)
	ByID(ctx context.Context, ids []uuid.UUID) ([]event.Recorded, error)
}

// Reader reads streams.
type Reader struct {
	Log        Log
	On         eventlog.Querier
	Decode     event.Decode
	Aggregates []snapshots.Aggregate
}

// Page is one page of a stream's events, with the state at one of them.
type Page struct {
	ID      uuid.UUID
	Type    string
	Last    int64  // version of the stream
	At      int64  // version whose state is shown
	Before  int64  // a version on the page before; 0: none
	After   int64  // a version on the page after; 0: none
	Steps   []Step // the events of the page, in order
	Here    Step   // the event at the version At
	NoState string // why no state is shown; "": the states are shown
	TooLong bool   // no state is shown because many events would have to be read; with all, they are read
}

// Step is an event of a stream, and the state after it.
type Step struct {
	Event   event.Recorded
	Data    string
	State   string
	Changes []difference.Change
	Note    string // what an operator must know about the state
}

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

// endOfTime is later than any event.
var endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

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
