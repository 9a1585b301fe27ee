package event

import (
	"time"

	"github.com/google/uuid"
)

// Event is something that happened: the value in the past tense that a decision returns.
type Event interface {
	// EventType returns the stored name. It must never change: stored events would lose their type.
	EventType() string
	// SchemaVersion returns the number of the shape of the data under that name, from 1 on.
	SchemaVersion() int
}

// Owned is the first event of a stream that belongs to a subject, who may see the stream's events in
// the feed. The events of other streams are shown only to callers with the scope operate.
type Owned interface {
	Event

	// OwnedBy returns the subject, by the issuer's name for it; "" where nobody has a name (AUTH=off).
	OwnedBy() string
}

// Metadata says where an event came from. Empty fields are not stored.
type Metadata struct {
	CorrelationID string `json:"correlation_id,omitempty"` // the request or workflow that began everything
	CausationID   string `json:"causation_id,omitempty"`   // the message that led to the command
	CommandID     string `json:"command_id,omitempty"`     // the command that was decided
	Actor         string `json:"actor,omitempty"`          // the subject on whose behalf
	Traceparent   string `json:"traceparent,omitempty"`    // W3C Trace Context
}

// Recorded is an event in the log. It never changes.
type Recorded struct {
	Position      int64 // in the log: 1, 2, 3 … in commit order, without gaps
	StreamType    string
	StreamID      uuid.UUID
	Version       int64 // in the stream: 1, 2, 3 …
	ID            uuid.UUID
	Type          string
	SchemaVersion int
	Data          []byte // JSON, as stored
	Event         Event  // Data decoded; nil until Decode has run
	Part          int    // index of a part of a Split; the parts share a version: 0, 1, 2 …
	Metadata      Metadata
	OccurredAt    time.Time // when it was decided, by the service's clock
	RecordedAt    time.Time // when it was appended, by the database's clock. Along rising positions it falls only if that clock was set back by over a minute
}

// Decode turns stored data into the event of that type and schema version.
type Decode func(eventType string, schemaVersion int, data []byte) (Event, error)

// Split is returned by a Decode when one stored event of an old schema version stands for several
// of today's. It is never appended. Its parts happened at once: at one position, in one version.
type Split []Event

// Dropped is returned by a Decode when a stored event of an old schema version stands for none of
// today's. It is never appended. It has a version, which a projection that counts versions must
// count.
type Dropped struct{}

// EventType returns "": a Split is never stored.
func (Split) EventType() string { return "" }

// SchemaVersion returns 0: a Split is never stored.
func (Split) SchemaVersion() int { return 0 }

// EventType returns "": Dropped is never stored.
func (Dropped) EventType() string { return "" }

// SchemaVersion returns 0: Dropped is never stored.
func (Dropped) SchemaVersion() int { return 0 }

// Parts returns the events that the decoded event stands for today: itself, or the parts of a
// Split.
func (r Recorded) Parts() []Recorded {
	split, ok := r.Event.(Split)
	if !ok {
		return []Recorded{r}
	}
	parts := make([]Recorded, len(split))
	for i, e := range split {
		parts[i] = r
		parts[i].Event, parts[i].Part = e, i
	}
	return parts
}

// Message is the public form of an event: its schema outlives the event's own. It has the event's
// id.
type Message struct {
	Type string // reverse-DNS name of the public schema, frozen
	Data any    // encoded as JSON
}

// MessageOf returns the message of an event, or false if it has none.
type MessageOf func(streamID uuid.UUID, e Event) (Message, bool)

// Digest is the SHA-256 of a stored event, over every column.
type Digest struct {
	Position int64
	Sum      [32]byte
}
