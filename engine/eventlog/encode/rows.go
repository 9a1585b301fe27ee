package encode

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Rows has the rows of a chain of appends, which is all or nothing.
type Rows struct {
	Appends []AppendRow
	Streams []StreamRow
	Events  []EventRow
	Keyed   []KeyedRow
	Bytes   int // of data, metadata and messages
}

// AppendRow is one append of a chain. Its counts include all events up to its own end.
type AppendRow struct {
	Stream         int // its first stream: an index into the chain's streams
	EventsOfStream int // of the chain, on that stream
	Events         int // of the chain
	Once           *event.Once
}

// StreamRow is one stream of a chain.
type StreamRow struct {
	Type     string
	ID       uuid.UUID
	Expected int64
	Last     uuid.UUID // id of the event at Expected; uuid.Nil: any
	Events   int
}

// EventRow is one event of a chain.
type EventRow struct {
	Stream        int // index into the chain's streams
	Seq           int // 1, 2, 3 … among the chain's events on that stream
	ID            uuid.UUID
	Type          string
	SchemaVersion int
	Data          string
	Metadata      string
	MessageType   string // "": no message
	MessageData   string
	OccurredAt    time.Time
}

// KeyedRow has the records about a person that an event of a chain needs.
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

// Clashes reports whether two chains must not be in one flight: its statement looks at each stream,
// and at each key, once.
func (r *Rows) Clashes(streams map[uuid.UUID]bool, keys map[string]bool) bool {
	for _, a := range r.Appends {
		if a.Once != nil && keys[a.Once.Key] {
			return true
		}
	}
	return slices.ContainsFunc(r.Streams, func(stream StreamRow) bool { return streams[stream.ID] })
}

// Appended returns the answers of a chain's appends, given the versions of its streams before and
// the position of its last event.
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

// lastOf returns the id of the chain's last event on an append's first stream, up to that append's
// end.
func (r *Rows) lastOf(a AppendRow) uuid.UUID {
	for _, e := range slices.Backward(r.Events[:a.Events]) {
		if e.Stream == a.Stream {
			return e.ID
		}
	}
	return uuid.Nil
}

// Place is where an event is in the log.
type Place struct{ Version, Position int64 }

// Locate returns the answers of a chain's appends if its events are at these places in the log, and
// false if one is missing. A chain without events is never found: its idempotency records are
// looked up instead.
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
