package event

import (
	"time"

	"github.com/google/uuid"
)

// Event is something that has happened. The name of an event type is in the past tense. Decide
// returns events.
type Event interface {
	// EventType returns the type's stored name. The name must never change: the program could
	// not decode the stored events of this type any more.
	EventType() string
	// SchemaVersion returns the version of the shape of the event's data. The first version of
	// an event type is 1.
	SchemaVersion() int
}

// Owned is the first event of a stream that belongs to a subject, who may see the stream's events in
// the feed. The events of other streams are shown only to callers with the scope operate.
type Owned interface {
	Event

	// OwnedBy returns the subject, by the issuer's name for it; "" where nobody has a name (AUTH=off).
	OwnedBy() string
}

// Metadata says what caused an event. Empty fields are not stored.
type Metadata struct {
	CorrelationID string `json:"correlation_id,omitempty"` // id of the request or workflow that started everything
	CausationID   string `json:"causation_id,omitempty"`   // id of the message that led to the command
	CommandID     string `json:"command_id,omitempty"`     // id of the command that was decided
	Actor         string `json:"actor,omitempty"`          // subject on whose behalf the command was decided
	Traceparent   string `json:"traceparent,omitempty"`    // W3C Trace Context
}

// Recorded is an event in the log. A recorded event never changes.
type Recorded struct {
	Position      int64 // position in the log: 1, 2, 3 … in commit order, without gaps
	StreamType    string
	StreamID      uuid.UUID
	Version       int64 // version in the stream: 1, 2, 3 …
	ID            uuid.UUID
	Type          string
	SchemaVersion int
	Data          []byte // JSON, as stored
	Event         Event  // the decoded Data; nil until a Decode function has run
	Part          int    // index of this part in its Split: 0, 1, 2 …; all parts of a Split have the same version
	Metadata      Metadata
	OccurredAt    time.Time // when the event was decided, by the service's clock
	RecordedAt    time.Time // when the event was appended, by the database's clock; an event has an earlier RecordedAt than the event before only if that clock was set back by over a minute
}

// Decode decodes stored data to the event of that type and schema version.
type Decode func(eventType string, schemaVersion int, data []byte) (Event, error)

// Split is returned by a Decode function when one stored event of an old schema version stands
// for several of today's events. A Split is never appended. All parts of a Split have the same
// position and the same version.
type Split []Event

// Dropped is returned by a Decode function when a stored event of an old schema version stands
// for none of today's events. Dropped is never appended. The old event keeps its version, and a
// projection that counts versions must count that version, too.
type Dropped struct{}

// EventType returns "": a Split is never stored.
func (Split) EventType() string { return "" }

// SchemaVersion returns 0: a Split is never stored.
func (Split) SchemaVersion() int { return 0 }

// EventType returns "": Dropped is never stored.
func (Dropped) EventType() string { return "" }

// SchemaVersion returns 0: Dropped is never stored.
func (Dropped) SchemaVersion() int { return 0 }

// Parts returns the events that the recorded event stands for today: the parts of a Split, or,
// if the event is not a Split, the event itself.
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

// Message is the public form of an event. The message's schema lives longer than the event's
// schema. A message has the id of its event.
type Message struct {
	Type string // reverse-DNS name of the public schema; it never changes
	Data any    // encoded as JSON when the message is stored
}

// MessageOf returns the message of an event, or false if the event has no message.
type MessageOf func(streamID uuid.UUID, e Event) (Message, bool)

// Digest is the SHA-256 hash of all columns of a stored event.
type Digest struct {
	Position int64
	Sum      [32]byte
}
