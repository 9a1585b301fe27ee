package eventstore

import (
	"time"

	"github.com/google/uuid"
)

// columns is a batch turned on its side: the arrays that appendSQL unnests.
type columns struct {
	// one entry a stream
	streamAppend []int64
	streamType   []string
	streamID     []uuid.UUID
	expected     []int64
	metadata     []string
	// one entry an event
	eventStream   []int64 // counted from 1 over the whole batch
	eventSeq      []int64
	eventID       []uuid.UUID
	eventType     []string
	schemaVersion []int64
	data          []string
	occurredAt    []time.Time
	messageType   []*string
	messageData   []*string
	// one entry an idempotency record
	onceAppend   []int64
	onceKey      []string
	fingerprint  [][]byte
	keep         []time.Duration
	onceEvents   []int64
	oncePosition []int64
}

func newColumns(batch []*pending) *columns {
	c := &columns{}
	for i, p := range batch {
		base := len(c.streamID)
		for _, stream := range p.streams {
			c.addStream(i, stream)
		}
		for _, event := range p.events {
			c.addEvent(base+event.stream+1, event)
		}
		if p.once != nil {
			c.addOnce(i, p.once)
		}
	}
	return c
}

func (c *columns) addStream(index int, row streamRow) {
	c.streamAppend = append(c.streamAppend, int64(index))
	c.streamType = append(c.streamType, row.streamType)
	c.streamID = append(c.streamID, row.id)
	c.expected = append(c.expected, row.expected)
	c.metadata = append(c.metadata, row.metadata)
}

func (c *columns) addEvent(stream int, row eventRow) {
	c.eventStream = append(c.eventStream, int64(stream))
	c.eventSeq = append(c.eventSeq, int64(row.seq))
	c.eventID = append(c.eventID, row.id)
	c.eventType = append(c.eventType, row.eventType)
	c.schemaVersion = append(c.schemaVersion, int64(row.schemaVersion))
	c.data = append(c.data, row.data)
	c.occurredAt = append(c.occurredAt, row.occurredAt)
	c.messageType = append(c.messageType, row.messageType)
	c.messageData = append(c.messageData, row.messageData)
}

func (c *columns) addOnce(index int, row *onceRow) {
	c.onceAppend = append(c.onceAppend, int64(index))
	c.onceKey = append(c.onceKey, row.key)
	c.fingerprint = append(c.fingerprint, row.fingerprint)
	c.keep = append(c.keep, row.keep)
	c.onceEvents = append(c.onceEvents, int64(row.events))
	c.oncePosition = append(c.oncePosition, row.position)
}

// arguments are appendSQL's $1 … $20.
func (c *columns) arguments() []any {
	return []any{
		c.streamAppend, c.streamType, c.streamID, c.expected, c.metadata,
		c.eventStream, c.eventSeq, c.eventID, c.eventType, c.schemaVersion, c.data, c.occurredAt, c.messageType, c.messageData,
		c.onceAppend, c.onceKey, c.fingerprint, c.keep, c.onceEvents, c.oncePosition,
	}
}
