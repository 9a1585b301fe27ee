package encode

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Rows are a chain of appends, which is all or nothing.
type Rows struct {
	Appends []AppendRow
	Streams []StreamRow
	Events  []EventRow
	Keyed   []KeyedRow
	Bytes   int // of data, metadata and messages
}

// AppendRow is one append of a chain. It counts events up to its own end.
type AppendRow struct {
	Stream         int // its first stream: index into the chain's
	EventsOfStream int // the chain's on that stream
	Events         int // the chain's
	Once           *event.Once
}

// StreamRow is one stream of a chain.
type StreamRow struct {
	Type     string
	ID       uuid.UUID
	Expected int64
	Last     uuid.UUID // of the event at Expected; uuid.Nil: whichever
	Events   int
}

// EventRow is one event of a chain.
type EventRow struct {
	Stream        int // index into the chain's streams
	Seq           int // 1, 2, 3 … within the chain's events on that stream
	ID            uuid.UUID
	Type          string
	SchemaVersion int
	Data          string
	Metadata      string
	MessageType   string // "": nothing goes out
	MessageData   string
	OccurredAt    time.Time
}

// KeyedRow is what an event of a chain needs of keys.
type KeyedRow struct {
	Stream int // index into the chain's streams
	Keyed  event.Keyed
}

// join finds a stream in the chain, or adds it.
func (r *Rows) join(stream event.StreamAppend) (index int, err error) {
	for i, row := range r.Streams {
		if row.ID != stream.ID {
			continue
		}
		if at := row.Expected + int64(row.Events); row.Expected == event.AnyVersion || stream.Expected != at {
			return 0, fmt.Errorf("append expects stream %s at version %d, where its chain does not leave it", stream.ID, stream.Expected)
		}
		return i, nil
	}
	r.Streams = append(r.Streams, StreamRow{Type: stream.Type, ID: stream.ID, Expected: stream.Expected, Last: stream.Last})
	return len(r.Streams) - 1, nil
}

// Clashes says whether two chains must not fly together: the statement looks at
// each stream, and at each key, once.
func (r *Rows) Clashes(streams map[uuid.UUID]bool, keys map[string]bool) bool {
	for _, a := range r.Appends {
		if a.Once != nil && keys[a.Once.Key] {
			return true
		}
	}
	return slices.ContainsFunc(r.Streams, func(stream StreamRow) bool { return streams[stream.ID] })
}

// Appended returns what a chain's appends are told, whose streams were at these versions before and
// whose last event got this position.
func (r *Rows) Appended(before []int64, last int64) []event.Appended {
	first := last - int64(len(r.Events))
	appended := make([]event.Appended, len(r.Appends))
	for i, a := range r.Appends {
		appended[i] = event.Appended{
			StreamID: r.Streams[a.Stream].ID,
			Version:  before[a.Stream] + int64(a.EventsOfStream),
			Position: first + int64(a.Events),
			EventID:  r.lastOf(a),
		}
		if a.Events == 0 {
			appended[i].Position = a.Once.Position
		}
	}
	return appended
}

// lastOf returns the id of the last event that a chain has on an append's first stream, up to
// that append's end.
func (r *Rows) lastOf(a AppendRow) uuid.UUID {
	for _, e := range slices.Backward(r.Events[:a.Events]) {
		if e.Stream == a.Stream {
			return e.ID
		}
	}
	return uuid.Nil
}

// Place is where an event lies in the log.
type Place struct{ Version, Position int64 }

// Locate returns what a chain's appends are told if its events lie at these places in the log, and
// false if one is not there. A chain without events is never found: its idempotency records are
// asked for instead.
func (r *Rows) Locate(places map[uuid.UUID]Place) ([]event.Appended, bool) {
	if len(r.Events) == 0 {
		return nil, false
	}
	before := make([]int64, len(r.Streams))
	for i, stream := range r.Streams {
		before[i] = stream.Expected
	}
	var last Place
	for _, e := range r.Events {
		at, ok := places[e.ID]
		if !ok {
			return nil, false
		}
		before[e.Stream], last = at.Version-int64(e.Seq), at
	}
	return r.Appended(before, last.Position), true
}
