package event

import (
	"time"

	"github.com/google/uuid"
)

// Event is something that happened: the past-tense value that a decision returns.
type Event interface {
	// EventType is the stored name. It is frozen: renaming it orphans history.
	EventType() string
	// SchemaVersion numbers the shape of the data under that name, from 1.
	SchemaVersion() int
}

// Metadata says where an event came from. Empty fields are not stored.
type Metadata struct {
	CorrelationID string `json:"correlation_id,omitempty"` // the request or workflow that started it all
	CausationID   string `json:"causation_id,omitempty"`   // the message that led to the command
	CommandID     string `json:"command_id,omitempty"`     // the command that was decided
	Actor         string `json:"actor,omitempty"`          // on whose behalf
	Traceparent   string `json:"traceparent,omitempty"`    // W3C Trace Context
}

// Recorded is an event in the log. It never changes.
type Recorded struct {
	Position      int64 // the log's: 1, 2, 3 … in commit order, without a hole
	StreamType    string
	StreamID      uuid.UUID
	Version       int64 // the stream's: 1, 2, 3 …
	ID            uuid.UUID
	Type          string
	SchemaVersion int
	Data          []byte // JSON, as stored
	Event         Event  // Data decoded; nil until Decode has run
	Part          int    // of Several, which share a version: 0, 1, 2 …
	Metadata      Metadata
	OccurredAt    time.Time // when it was decided, the service's clock
	RecordedAt    time.Time // when it was appended, by the database's clock; falls as positions rise only where that was set back by over a minute
}

// Decode turns stored data into the event of that type and schema version.
type Decode func(eventType string, schemaVersion int, data []byte) (Event, error)

// Several is what a stored event is today that has become more than one: a Decode returns
// it for an old shape. It is never appended. What it is made of happened at once: at one
// position, in one version.
type Several []Event

// Nothing is what a stored event is today that says nothing to anybody any more. It is
// never appended. It has a version, which a projection that counts versions must count.
type Nothing struct{}

// EventType is of no event that is stored.
func (Several) EventType() string { return "" }

// SchemaVersion is of no event that is stored.
func (Several) SchemaVersion() int { return 0 }

// EventType is of no event that is stored.
func (Nothing) EventType() string { return "" }

// SchemaVersion is of no event that is stored.
func (Nothing) SchemaVersion() int { return 0 }

// Parts are the decoded event as today's domain knows it: itself, or what it has become.
func (r Recorded) Parts() []Recorded {
	several, ok := r.Event.(Several)
	if !ok {
		return []Recorded{r}
	}
	parts := make([]Recorded, len(several))
	for i, e := range several {
		parts[i] = r
		parts[i].Event, parts[i].Part = e, i
	}
	return parts
}

// Message is what the outside world hears of an event: a public schema that
// outlives the event's own. It keeps the event's id.
type Message struct {
	Type string // reverse-DNS name of the public schema, frozen
	Data any    // encoded as JSON
}

// MessageOf maps an event to its message, or says that it has none.
type MessageOf func(streamID uuid.UUID, e Event) (Message, bool)

// Digest is the SHA-256 of an event as it is stored, every column of it.
type Digest struct {
	Position int64
	Sum      [32]byte
}
