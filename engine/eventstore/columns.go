package eventstore

import (
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"example.com/pgcqrs/engine/event"
)

// columns is a batch turned on its side: the arrays that append_events takes.
// Streams and events are counted from 1 over the whole batch. The types are those
// that pgx encodes without reflection.
type columns struct {
	// one entry a stream
	streamChain []int64
	streamType  []string
	streamID    [][16]byte
	expected    []int64
	last        [][16]byte
	// one entry an event
	eventStream   []int64
	eventSeq      []int64
	eventID       [][16]byte
	eventType     []string
	schemaVersion []int64
	data          []string
	metadata      []string
	occurredAt    []time.Time
	// one entry a message
	messageEvent []int64
	messageType  []string
	messageData  []string
	// one entry an idempotency record
	onceStream   []int64
	onceKey      []string
	fingerprint  [][]byte
	keep         []time.Duration
	onceEvents   []int64 // on its stream
	onceLast     []int64 // the last event up to it, 0: none
	oncePosition []int64
	// one entry a person whose key is new
	personStream []int64
	person       [][16]byte
	wrapped      [][]byte
	// one entry an index that a person is found by
	lookupStream []int64
	lookupSet    []int64 // of one field of one event
	lookupPerson [][16]byte
	lookupField  []string
	lookupIndex  [][]byte // nil: there is nothing to find the person by
}

func newColumns(batch []*pending) *columns {
	c := &columns{}
	for i, p := range batch {
		streams, before := len(c.streamID), len(c.eventID)
		for _, stream := range p.streams {
			c.addStream(i, stream)
		}
		for _, e := range p.events {
			c.addEvent(streams+e.stream+1, e)
		}
		for _, keyed := range p.keyed {
			c.addKeyed(int64(streams+keyed.stream+1), keyed.Keyed)
		}
		for _, a := range p.appends {
			if a.once != nil {
				c.addOnce(streams+a.stream+1, before, a)
			}
		}
	}
	return c
}

func (c *columns) addStream(chain int, row streamRow) {
	c.streamChain = append(c.streamChain, int64(chain))
	c.streamType = append(c.streamType, row.streamType)
	c.streamID = append(c.streamID, row.id)
	c.expected = append(c.expected, row.expected)
	c.last = append(c.last, row.last)
}

func (c *columns) addEvent(stream int, row eventRow) {
	c.eventStream = append(c.eventStream, int64(stream))
	c.eventSeq = append(c.eventSeq, int64(row.seq))
	c.eventID = append(c.eventID, row.id)
	c.eventType = append(c.eventType, row.eventType)
	c.schemaVersion = append(c.schemaVersion, int64(row.schemaVersion))
	c.data = append(c.data, row.data)
	c.metadata = append(c.metadata, row.metadata)
	c.occurredAt = append(c.occurredAt, row.occurredAt)
	if row.messageType != "" {
		c.messageEvent = append(c.messageEvent, int64(len(c.eventID)))
		c.messageType = append(c.messageType, row.messageType)
		c.messageData = append(c.messageData, row.messageData)
	}
}

func (c *columns) addOnce(stream, eventsBefore int, row appendRow) {
	last := 0
	if row.events > 0 {
		last = eventsBefore + row.events
	}
	c.onceStream = append(c.onceStream, int64(stream))
	c.onceKey = append(c.onceKey, row.once.Key)
	c.fingerprint = append(c.fingerprint, row.once.Fingerprint)
	c.keep = append(c.keep, row.once.Keep)
	c.onceEvents = append(c.onceEvents, int64(row.eventsOfStream))
	c.onceLast = append(c.onceLast, int64(last))
	c.oncePosition = append(c.oncePosition, row.once.Position)
}

func (c *columns) addKeyed(stream int64, keyed event.Keyed) {
	if keyed.Wrapped != nil {
		c.personStream = append(c.personStream, stream)
		c.person = append(c.person, keyed.Person)
		c.wrapped = append(c.wrapped, keyed.Wrapped)
	}
	for _, lookup := range keyed.Lookups {
		indexes := lookup.Indexes
		if len(indexes) == 0 {
			indexes = [][]byte{nil}
		}
		set := int64(len(c.lookupSet))
		for _, index := range indexes {
			c.lookupStream = append(c.lookupStream, stream)
			c.lookupSet = append(c.lookupSet, set)
			c.lookupPerson = append(c.lookupPerson, keyed.Person)
			c.lookupField = append(c.lookupField, lookup.Field)
			c.lookupIndex = append(c.lookupIndex, index)
		}
	}
}

// statement is what sends the batch, and its arguments.
func (c *columns) statement(rests *basis) (sql string, arguments []any) {
	arguments = c.arguments(rests)
	if len(c.person) == 0 && len(c.lookupPerson) == 0 {
		return appendSQL, arguments
	}
	return appendKeyedSQL, append(arguments, c.personStream, c.person, c.wrapped,
		c.lookupStream, c.lookupSet, c.lookupPerson, c.lookupField, c.lookupIndex)
}

// arguments are those of append_events.
func (c *columns) arguments(rests *basis) []any {
	return []any{
		c.streamChain, c.streamType, c.streamID, c.expected,
		c.eventStream, c.eventSeq, c.eventID, c.eventType, c.schemaVersion, c.data, c.metadata, c.occurredAt,
		c.messageEvent, c.messageType, c.messageData,
		c.onceStream, c.onceKey, c.fingerprint, c.keep, c.onceEvents, c.onceLast, c.oncePosition,
		c.last, rests.positions, rests.ids, pgtype.UUID{Bytes: rests.epoch, Valid: true},
	}
}
