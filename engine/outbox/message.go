package outbox

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Message is a row of the outbox.
type Message struct {
	Position    int64 // of its event in the log
	EventID     uuid.UUID
	StreamID    uuid.UUID
	Type        string
	Data        []byte // JSON
	Traceparent *string
	OccurredAt  time.Time
	Dead        bool // a message of its stream was set aside, and this one will be, too
}

// Publish sends messages to the broker and returns an error for each, in the same order: nil once
// the broker has made it durable, a *Refused if sending the message again is of no use, any other
// error if it may be. The messages are of different streams, so it may send them all before it
// waits. It returns when ctx ends, which is soon.
type Publish func(ctx context.Context, messages []Message) []error

// Refused is the error of a message that the broker refuses because of the message itself: too
// large, not allowed, a bad subject. A broker that is away, slow, full or without a leader has
// refused nothing.
type Refused struct{ Reason error }

func (r *Refused) Error() string { return "refused: " + r.Reason.Error() }

func (r *Refused) Unwrap() error { return r.Reason }
