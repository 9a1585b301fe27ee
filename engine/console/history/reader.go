package history

import (
	"context"
	"errors"
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

// endOfTime is later than any event.
var endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
