package jobs

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
)

// Cause identifies the part of a reaction for which a job was added.
type Cause struct {
	Workflow    string    `json:"workflow"`
	Instance    uuid.UUID `json:"instance"`
	Position    int64     `json:"position"` // position of the event to which the workflow has reacted
	Part        string    `json:"part"`     // what the job does; for a command, with its stream
	Number      int       `json:"number"`   // number of the job among the jobs of the reaction with an equal Part: 0, 1, 2 …
	EventID     uuid.UUID `json:"event_id"`
	RecordedAt  int64     `json:"recorded_at"` // when the event was recorded, in milliseconds since 1970
	Correlation string    `json:"correlation_id,omitempty"`
	Traceparent string    `json:"traceparent,omitempty"`
}

// Identity returns the identity of the job's work. The ids of the events that the job appends are
// derived from this identity. The identity does not depend on the other jobs of the reaction. So a
// new version of the program may add or remove parts of a reaction, or change their order: a job
// that an earlier version has done keeps its identity, and is not done again.
func (c Cause) Identity() uuid.UUID {
	name := c.Workflow + " " + c.Instance.String()
	if c.Part != "" { // a schedule has one command, without a Part
		name += " " + c.Part
	}
	return event.NewIdentity(name, c.Position, c.Number, c.RecordedAt)
}

// Metadata returns the metadata of the events that the job appends.
func (c Cause) Metadata() event.Metadata {
	cause := ""
	if c.EventID != uuid.Nil { // a schedule has no event before it
		cause = c.EventID.String()
	}
	return event.Metadata{
		CorrelationID: c.Correlation, CausationID: cause, CommandID: c.Identity().String(),
		Actor: "workflow:" + c.Workflow, Traceparent: c.Traceparent,
	}
}

type (
	// Command is a job that sends a command to a stream.
	Command struct {
		Cause   Cause           `json:"cause"`
		Stream  uuid.UUID       `json:"stream"`
		Command workflow.Stored `json:"command"`
	}

	// Timer is a job that is due at a time.
	Timer struct {
		Cause Cause     `json:"cause"`
		Name  string    `json:"name"`
		Due   time.Time `json:"due"`
	}

	// Call is a job that calls something outside of the service.
	Call struct {
		Cause   Cause           `json:"cause"`
		Name    string          `json:"name"`
		Payload json.RawMessage `json:"payload"`
	}
)

// Kind implements river.JobArgs: it returns the name under which River stores jobs of this type.
// The name must never change.
func (Command) Kind() string { return "workflow_command" }

// Kind implements river.JobArgs: it returns the name under which River stores jobs of this type.
// The name must never change.
func (Timer) Kind() string { return "workflow_timer" }

// Kind implements river.JobArgs: it returns the name under which River stores jobs of this type.
// The name must never change.
func (Call) Kind() string { return "workflow_call" }
