package trail

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/event"
)

// Span limits the number of events that one page scans. With this limit, every page takes only
// milliseconds, even if the filter matches few events.
const Span = 20_000

// Log reads events for the trail. The type eventlog.Store implements Log.
type Log interface {
	Head(ctx context.Context) (int64, error)
	RecordedAt(ctx context.Context, position int64) (time.Time, error)
	Search(ctx context.Context, after, upTo int64, actor, eventType string, limit int) ([]event.Recorded, error)
}

// Filter selects events. The oldest events come first. An empty field matches every event.
type Filter struct {
	Actor string
	Type  string
	Since time.Time // recorded at this instant or later
	Until time.Time // recorded before this instant
	After int64     // result next of the previous page; 0 for the first page
	Limit int       // at least 1
}

// Queries lists who caused which events.
type Queries struct{ log Log }

// NewQueries returns Queries that read a log, on the primary or on a replica.
func NewQueries(log Log) *Queries { return &Queries{log} }

// Entries returns one page with at most f.Limit events. A page may be empty although later pages
// have events. The result next is the cursor of the next page, or 0 if this page is the last. The
// result position is the position of the last event in the log at the time of the read.
func (q *Queries) Entries(ctx context.Context, f Filter) (entries []event.Recorded, next, position int64, err error) {
	head, err := q.log.Head(ctx)
	if err != nil {
		return nil, 0, 0, err
	}
	after, last := f.After, head
	if !f.Since.IsZero() && f.After == 0 {
		if after, err = q.Before(ctx, f.Since, head); err != nil {
			return nil, 0, 0, err
		}
	}
	if !f.Until.IsZero() {
		if last, err = q.Before(ctx, f.Until, head); err != nil {
			return nil, 0, 0, err
		}
	}
	upTo := min(last, after+Span)
	if after >= upTo {
		return nil, 0, head, nil
	}
	entries, err = q.log.Search(ctx, after, upTo, f.Actor, f.Type, f.Limit)
	if err != nil {
		return nil, 0, 0, err
	}
	if len(entries) == f.Limit {
		upTo = entries[f.Limit-1].Position
	}
	if upTo < last {
		next = upTo
	}
	return entries, next, head, nil
}

// Before returns the position of the last event that was recorded before an instant, or 0 if no
// such event exists. The parameter head is the position of the last event in the log. Before uses a
// binary search, because the column recorded_at rises with the position.
func (q *Queries) Before(ctx context.Context, instant time.Time, head int64) (int64, error) {
	low, high := int64(0), head
	for low < high {
		middle := low + (high-low+1)/2
		at, err := q.log.RecordedAt(ctx, middle)
		if err != nil {
			return 0, err
		}
		if at.Before(instant) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, nil
}
