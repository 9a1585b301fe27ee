package flight

import (
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/epoch"
)

// columns has the parameters of the SQL statements that append a batch, in the order of the
// parameters. The parameters for tags and conditions are missing: tagColumns has them. Each field
// is one column of the batch: an array with one entry per row. All streams of the batch are
// numbered from 1, and all events of the batch are numbered from 1. Each field has a type that pgx
// encodes without reflection.
type columns struct {
	// one entry per stream
	streamChain []int64
	streamType  []string
	streamID    [][16]byte
	expected    []int64
	// one entry per event
	eventStream   []int64
	eventSeq      []int64
	eventID       [][16]byte
	eventType     []string
	schemaVersion []int64
	data          []string
	metadata      []string
	occurredAt    []time.Time
	// one entry per message
	messageEvent []int64
	messageType  []string
	messageData  []string
	// one entry per idempotency record
	onceStream   []int64
	onceKey      []string
	fingerprint  [][]byte
	keep         []time.Duration
	onceEvents   []int64 // number of events that the chain of appends appends to that stream
	onceLast     []int64 // number of the last event of the append and of the appends before it in the chain of appends; 0: no event
	oncePosition []int64
	// one entry per stream
	last [][16]byte
	// events (marks) and epoch that the log must still have: one entry per event that this process has
	// seen
	markPosition []int64
	markID       [][16]byte
	epoch        pgtype.UUID
	// one entry per person whose key is new
	personStream []int64
	person       [][16]byte
	wrapped      [][]byte
	// one entry per hash of a text by which searches find a person (event.Lookup)
	lookupStream []int64
	lookupSet    []int64 // the hashes of one text have the same number
	lookupPerson [][16]byte
	lookupField  []string
	lookupIndex  [][]byte // nil: the person can no longer be found by this field
	lookupScope  []string // "": the text need not be unique
	// one entry per hash of a claimed unique text (event.Claim)
	claimStream []int64
	claimNumber []int64 // number of the claim in its chain of appends: 1, 2, 3 …
	claimPerson [][16]byte
	claimField  []string
	claimScope  []string
	claimIndex  [][]byte
}

// keyed reports whether the batch has encryption keys of persons, or hashes of texts by which
// searches find persons. Such a batch needs append_keyed.sql or append_full.sql.
func (c *columns) keyed() bool { return len(c.person) > 0 || len(c.lookupPerson) > 0 }

// parameters returns the parameters of append.sql.
func (c *columns) parameters() []any {
	return append(c.streams(), c.records()...)
}

// streams returns the first parameters of append.sql: the streams, up to their expected versions.
func (c *columns) streams() []any {
	return []any{c.streamChain, c.streamType, c.streamID, c.expected}
}

// records returns the parameters of append.sql after the streams.
func (c *columns) records() []any {
	return []any{
		c.eventStream, c.eventSeq, c.eventID, c.eventType, c.schemaVersion, c.data, c.metadata, c.occurredAt,
		c.messageEvent, c.messageType, c.messageData,
		c.onceStream, c.onceKey, c.fingerprint, c.keep, c.onceEvents, c.onceLast, c.oncePosition,
		c.last, c.markPosition, c.markID, c.epoch,
	}
}

// keyedParameters returns the parameters of append_keyed.sql.
func (c *columns) keyedParameters() []any {
	return append(c.parameters(), c.keys()...)
}

// keys returns the additional parameters of append_keyed.sql, which follow the parameters of
// append.sql.
func (c *columns) keys() []any {
	return []any{
		c.personStream, c.person, c.wrapped,
		c.lookupStream, c.lookupSet, c.lookupPerson, c.lookupField, c.lookupIndex,
	}
}

// unique reports whether persons claim unique texts in the batch, which therefore needs
// append_full.sql.
func (c *columns) unique() bool { return len(c.claimPerson) > 0 }

// claims returns the parameters for unique texts: append_full.sql checks and stores these texts.
func (c *columns) claims() []any {
	return []any{
		c.lookupScope,
		c.claimStream, c.claimNumber, c.claimPerson, c.claimField, c.claimScope, c.claimIndex,
	}
}

// restOn sets the epoch and the events (marks) that the log must still have. If the log has another
// epoch or lacks one of these events, the server refuses the batch.
func (c *columns) restOn(basis *epoch.Basis) {
	c.markPosition, c.markID = basis.Positions, basis.IDs
	c.epoch = pgtype.UUID{Bytes: basis.Epoch, Valid: true}
}

func (c *columns) addStream(chain int64, row *encode.StreamRow) {
	c.streamChain = append(c.streamChain, chain)
	c.streamType = append(c.streamType, row.Type)
	c.streamID = append(c.streamID, row.ID)
	c.expected = append(c.expected, row.Expected)
	c.last = append(c.last, row.Last)
}

func (c *columns) addEvent(stream int, row *encode.EventRow) {
	c.eventStream = append(c.eventStream, int64(stream))
	c.eventSeq = append(c.eventSeq, int64(row.Seq))
	c.eventID = append(c.eventID, row.ID)
	c.eventType = append(c.eventType, row.Type)
	c.schemaVersion = append(c.schemaVersion, int64(row.SchemaVersion))
	c.data = append(c.data, row.Data)
	c.metadata = append(c.metadata, row.Metadata)
	c.occurredAt = append(c.occurredAt, row.OccurredAt)
	if row.MessageType != "" {
		c.messageEvent = append(c.messageEvent, int64(len(c.eventID)))
		c.messageType = append(c.messageType, row.MessageType)
		c.messageData = append(c.messageData, row.MessageData)
	}
}

func (c *columns) addOnce(stream, eventsBefore int, row *encode.AppendRow) {
	last := 0
	if row.Events > 0 {
		last = eventsBefore + row.Events
	}
	c.onceStream = append(c.onceStream, int64(stream))
	c.onceKey = append(c.onceKey, row.Once.Key)
	c.fingerprint = append(c.fingerprint, row.Once.Fingerprint)
	c.keep = append(c.keep, row.Once.Keep)
	c.onceEvents = append(c.onceEvents, int64(row.EventsOfStream))
	c.onceLast = append(c.onceLast, int64(last))
	c.oncePosition = append(c.oncePosition, row.Once.Position)
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
		set, scope := int64(len(c.lookupSet)), ""
		if lookup.Claim != nil {
			scope = lookup.Claim.Scope
		}
		for _, index := range indexes {
			c.lookupStream = append(c.lookupStream, stream)
			c.lookupSet = append(c.lookupSet, set)
			c.lookupPerson = append(c.lookupPerson, keyed.Person)
			c.lookupField = append(c.lookupField, lookup.Field)
			c.lookupIndex = append(c.lookupIndex, index)
			c.lookupScope = append(c.lookupScope, scope)
		}
	}
}

func (c *columns) addClaim(stream int64, number int, row *encode.ClaimRow) {
	for _, index := range row.Indexes {
		c.claimStream = append(c.claimStream, stream)
		c.claimNumber = append(c.claimNumber, int64(number))
		c.claimPerson = append(c.claimPerson, row.Person)
		c.claimField = append(c.claimField, row.Field)
		c.claimScope = append(c.claimScope, row.Scope)
		c.claimIndex = append(c.claimIndex, index)
	}
}
