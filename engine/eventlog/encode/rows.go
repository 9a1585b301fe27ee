package encode

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Rows has the rows of a chain of appends; all of them are inserted or none.
type Rows struct {
	Appends []AppendRow
	Streams []StreamRow
	Events  []EventRow
	Keyed   []KeyedRow
	Bytes   int // bytes of data, metadata and messages
}

// AppendRow is one append of a chain. The counts of an AppendRow include the events of the chain's
// earlier appends.
type AppendRow struct {
	Stream         int // first stream of the append: an index into the chain's streams
	EventsOfStream int // events of the chain on that stream, up to the end of this append
	Events         int // events of the chain, up to the end of this append
	Once           *event.Once
}

// StreamRow is one stream of a chain.
type StreamRow struct {
	Type     string
	ID       uuid.UUID
	Expected int64
	Last     uuid.UUID // id of the event at the version Expected; uuid.Nil: any event
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

// KeyedRow has the records about a person that must be stored with an event of a chain.
type KeyedRow struct {
	Stream int // index into the chain's streams
	Keyed  event.Keyed
}

// join returns the index of a stream in the chain, and adds a stream that the chain lacks. join
// returns an error if the append expects another version than the one that the chain leads to.
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

// Clashes reports whether a chain must not go into the same flight as chains with these streams and
// keys: the statement of a flight checks each stream, and each key, only once.
func (r *Rows) Clashes(streams map[uuid.UUID]bool, keys map[string]bool) bool {
	for _, a := range r.Appends {
		if a.Once != nil && keys[a.Once.Key] {
			return true
		}
	}
	return slices.ContainsFunc(r.Streams, func(stream StreamRow) bool { return streams[stream.ID] })
}

// Appended returns the answers of a chain's appends. The parameter before has the version of each
// stream before the chain, and the parameter last is the position of the chain's last event.
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

// lastOf returns the id of the last event of the chain on the first stream of an append, up to the
// end of that append, or uuid.Nil if there is none.
func (r *Rows) lastOf(a AppendRow) uuid.UUID {
	for _, e := range slices.Backward(r.Events[:a.Events]) {
		if e.Stream == a.Stream {
			return e.ID
		}
	}
	return uuid.Nil
}

// Place is the version and the position of an event in the log.
type Place struct{ Version, Position int64 }

// Locate returns the answers of a chain's appends if the parameter places has all events of the
// chain; otherwise Locate returns false. Locate never finds a chain without events: the chain is
// recognized by its idempotency records.
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
