package outbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// CloudEventType is the media type of a structured CloudEvent.
const CloudEventType = "application/cloudevents+json"

// cloudEvent is the envelope of a message, in the JSON format of CloudEvents 1.0.
type cloudEvent struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Traceparent     *string         `json:"traceparent,omitempty"`
	Sequence        string          `json:"sequence"` // extension attribute: the event's position, which rises
	Data            json.RawMessage `json:"data"`
}

// Structured encodes a message as a structured CloudEvent with the given source. Every broker
// gets messages in this form. If the message can't be encoded, Structured returns a *Refused.
func Structured(m Message, source string) ([]byte, error) {
	body, err := json.Marshal(cloudEvent{
		SpecVersion: "1.0", ID: m.EventID.String(), Source: source, Type: m.Type, Subject: m.StreamID.String(),
		Time: m.OccurredAt.UTC(), DataContentType: "application/json", Traceparent: m.Traceparent,
		Sequence: fmt.Sprintf("%020d", m.Position), Data: m.Data,
	})
	if err != nil {
		return nil, &Refused{fmt.Errorf("encode message %s: %w", m.EventID, err)}
	}
	return body, nil
}
