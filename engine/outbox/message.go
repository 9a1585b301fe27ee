package outbox

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Message is a row of the table outbox.
type Message struct {
	Position    int64 // position of the message's event in the log
	EventID     uuid.UUID
	StreamID    uuid.UUID
	Type        string
	Data        []byte // JSON text
	Traceparent *string
	OccurredAt  time.Time
	Dead        bool // an earlier message of the same stream was set aside, and this message will be set aside, too
}

// Publish sends messages to the broker and returns one error per message, in the same order. The
// error is nil if the broker has made the message durable. The error is a *Refused if the broker
// would refuse the message each time. After any other error, the relay may send the message again.
// All messages are of different streams. For this reason Publish may send all of them before it
// waits for an acknowledgement. Publish must return when ctx ends. The relay ends ctx after a few
// seconds.
type Publish func(ctx context.Context, messages []Message) []error

// Refused is the error of a message that the broker refuses because of the message itself. For
// example, the message is too large, or its subject is invalid or not allowed. If the broker can't
// be reached, is slow, is full or has no leader, the error is not a Refused.
type Refused struct{ Reason error }

func (r *Refused) Error() string { return "refused: " + r.Reason.Error() }

func (r *Refused) Unwrap() error { return r.Reason }
