package encode

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Rows has the database rows of a chain of appends. Either all rows are inserted or none.
type Rows struct {
	Appends []AppendRow
	Streams []StreamRow
	Events  []EventRow
	Keyed   []KeyedRow
	Claims  []ClaimRow
	Tags    []TagRow
	Items   []ItemRow
	Bytes   int // bytes of data, metadata and messages
}

// AppendRow is one append in a chain of appends. The fields EventsOfStream and Events also count
// the events of the earlier appends of the chain of appends.
type AppendRow struct {
	Stream         int // first stream of the append: an index into the streams of the chain of appends
	EventsOfStream int // number of events on that stream, from the beginning of the chain of appends to the end of this append
	Events         int // number of events from the beginning of the chain of appends to the end of this append
	Once           *event.Once

	Streams []int // all streams of the append, as indexes into the streams of the chain of appends; nil: the append has one stream
}

// StreamRow is one stream to which a chain of appends adds events.
type StreamRow struct {
	Type     string
	ID       uuid.UUID
	Expected int64
	Last     uuid.UUID // id of the event that must be at the version Expected; uuid.Nil: any event may be there
	Events   int
}

// EventRow is one event of a chain of appends.
type EventRow struct {
	Stream        int // index into the streams of the chain of appends
	Seq           int // number of the event among the events of the chain of appends on that stream: 1, 2, 3 …
	ID            uuid.UUID
	Type          string
	SchemaVersion int
	Data          string
	Metadata      string
	MessageType   string // "": no message
	MessageData   string
	OccurredAt    time.Time
}

// KeyedRow has the records about a person that must be stored in the same transaction as an event.
// They are the person's encryption key, and hashes of texts by which searches find the person.
type KeyedRow struct {
	Stream int // index into the streams of the chain of appends
	Keyed  event.Keyed
}

// ClaimRow is a text that must belong to only one person of a scope.
type ClaimRow struct {
	Stream  int // index into the streams of the chain of appends
	Person  uuid.UUID
	Field   string
	Scope   string
	Indexes [][]byte // a hash of the text for each secret that is in use
	Taken   error    // the answer if another person of the scope has the text
}

// TagRow is one tag of an event.
type TagRow struct {
	Event int // index into the events of the chain of appends
	Tag   string
}

// ItemRow is one item of the condition of an append.
type ItemRow struct {
	Stream int // index into the streams of the chain of appends: the chain of appends is refused if an event matches the item
	After  int64
	Last   uuid.UUID // id of the event at the position After; uuid.Nil: any event may be there
	Item   event.Item
}

// join returns the index of a stream in the field Streams. If the field does not have the stream
// yet, join adds it. If an earlier append of the chain of appends writes to the same stream, the
// parameter stream must expect the version that results from the earlier append. Otherwise join
// returns an error.
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

// Appended returns the results of the appends in a chain of appends, such as versions and
// positions. The parameter before has the version of each stream before the chain of appends was
// appended. The parameter last is the position of the last event of the chain of appends.
func (r *Rows) Appended(before []int64, last int64) []event.Appended {
	first := last - int64(len(r.Events))
	appended := make([]event.Appended, len(r.Appends))
	for i, a := range r.Appends {
		appended[i] = event.Appended{
			StreamID: r.Streams[a.Stream].ID,
			Version:  before[a.Stream] + int64(a.EventsOfStream),
			Position: first + int64(a.Events),
			EventID:  r.lastOf(a),
			Ends:     r.ends(a, before, first),
		}
		if a.Events == 0 {
			appended[i].Position = a.Once.Position
		}
	}
	return appended
}

// lastOf looks at the appends of a chain of appends, up to and including the append a. lastOf
// returns the id of the last event that these appends add to the first stream of a. If they add no
// event to this stream, lastOf returns uuid.Nil.
func (r *Rows) lastOf(a AppendRow) uuid.UUID {
	for _, e := range slices.Backward(r.Events[:a.Events]) {
		if e.Stream == a.Stream {
			return e.ID
		}
	}
	return uuid.Nil
}

// ends returns the end of each stream of an append that has several streams. The parameter before
// has the version of each stream before the chain of appends was appended. The parameter first is
// the position before the first event of the chain of appends.
func (r *Rows) ends(a AppendRow, before []int64, first int64) []event.StreamEnd {
	if a.Streams == nil {
		return nil
	}
	ends := make([]event.StreamEnd, len(a.Streams))
	for i, stream := range a.Streams {
		ends[i].Version = before[stream]
		for n, e := range slices.Backward(r.Events[:a.Events]) {
			if e.Stream == stream {
				ends[i] = event.StreamEnd{Version: before[stream] + int64(e.Seq), Position: first + int64(n+1), EventID: e.ID}
				break
			}
		}
	}
	return ends
}

// Place is the version and the position of an event in the log.
type Place struct{ Version, Position int64 }

// Locate returns the results of the appends in a chain of appends if the parameter places contains
// all events of the chain of appends; otherwise Locate returns false. For a chain of appends
// without events, Locate always returns false, because only the idempotency records of such a chain
// of appends can show that it was appended.
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
