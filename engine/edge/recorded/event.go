package recorded

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Event is the JSON of an event, as the schema Event of the contract describes it.
type Event struct {
	Position   string          `json:"position"`
	StreamType string          `json:"stream_type"`
	StreamID   uuid.UUID       `json:"stream_id"`
	Version    int64           `json:"version"`
	ID         uuid.UUID       `json:"id"`
	Type       string          `json:"type"`
	Data       json.RawMessage `json:"data"`
	Metadata   event.Metadata  `json:"metadata"`
	OccurredAt time.Time       `json:"occurred_at"`
	RecordedAt time.Time       `json:"recorded_at"`
}

// Of returns the JSON of an event. The JSON contains the parameter data instead of the event's
// data.
func Of(e event.Recorded, data []byte) Event {
	return Event{
		strconv.FormatInt(e.Position, 10), e.StreamType, e.StreamID, e.Version, e.ID, e.Type, data, e.Metadata, e.OccurredAt.UTC(), e.RecordedAt.UTC(),
	}
}

// All returns the JSON of events that have no personal data, or whose data is decrypted already.
// The result is never nil.
func All(events []event.Recorded) []Event {
	all := make([]Event, len(events))
	for i, e := range events {
		all[i] = Of(e, e.Data)
	}
	return all
}
