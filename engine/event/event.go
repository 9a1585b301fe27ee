package event

import (
	"time"

	"github.com/google/uuid"
)

// Event is something that has happened. The name of an event type is a verb in the past tense. A
// service's function Decide returns events.
type Event interface {
	// EventType returns the name under which events of this type are stored. The name must never
	// change, because otherwise the program could not decode the stored events.
	EventType() string
	// SchemaVersion returns the version of the shape that the event's data has. The first shape of
	// an event type has version 1.
	SchemaVersion() int
}

// Owned is implemented by the first event of a stream if the stream belongs to a subject (a user
// whom a token names). This subject may see the stream's events in the feed. If the first event of
// a stream is not Owned, only callers with the OAuth scope operate may see the stream's events.
type Owned interface {
	Event

	// OwnedBy returns the subject to whom the stream belongs. With AUTH=off, OwnedBy returns "",
	// because callers have no subject then.
	OwnedBy() string
}

// Metadata says what caused an event. Empty fields are not stored.
type Metadata struct {
	CorrelationID string `json:"correlation_id,omitempty"` // id of the request or workflow that was the first cause
	CausationID   string `json:"causation_id,omitempty"`   // id of the message that caused the command
	CommandID     string `json:"command_id,omitempty"`     // id of the command that was decided
	Actor         string `json:"actor,omitempty"`          // subject that sent the command
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
	RecordedAt    time.Time // when the event was appended, by the database's clock; it is earlier than the RecordedAt of the previous event only if this clock was set back by more than a minute
}

// Traceparent returns the stored trace of the event, by W3C Trace Context, or "".
func (r Recorded) Traceparent() string { return r.Metadata.Traceparent }

// Decode decodes stored data to an event of the given type and schema version.
type Decode func(eventType string, schemaVersion int, data []byte) (Event, error)

// Split is returned by a Decode function if a stored event of an old schema version stands for
// several current events. A Split is never appended. All parts of a Split have the position and the
// version of the stored event.
type Split []Event

// Dropped is returned by a Decode function if a stored event of an old schema version stands for no
// current event. Dropped is never appended. The stored event still has a version in its stream.
// Therefore a projection that counts versions must count the stored event.
type Dropped struct{}

// EventType returns "": a Split is never stored.
func (Split) EventType() string { return "" }

// SchemaVersion returns 0: a Split is never stored.
func (Split) SchemaVersion() int { return 0 }

// EventType returns "": Dropped is never stored.
func (Dropped) EventType() string { return "" }

// SchemaVersion returns 0: Dropped is never stored.
func (Dropped) SchemaVersion() int { return 0 }

// Parts returns the current events that the recorded event stands for: the parts of a Split, or the
// event itself if it is not a Split.
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

// Message is the public form of an event, for other services. The schema of an event may change
// while the schema of its message stays the same. A message has the id of its event.
type Message struct {
	Type string // reverse-DNS name of the public schema; it never changes
	Data any    // encoded as JSON when the message is stored
}

// MessageOf returns the public message of an event, or false if the event has no message.
type MessageOf func(streamID uuid.UUID, e Event) (Message, bool)

// Digest is the SHA-256 hash of all columns of a stored event.
type Digest struct {
	Position int64
	Sum      [32]byte
}
