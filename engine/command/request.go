package command

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Request is a command's envelope.
type Request struct {
	NewStream   bool // the stream's id was made for this command: nobody else knows it
	IfMatch     event.Precondition
	Key         string // of idempotency; "": none
	Fingerprint []byte // of the request, compared when the key comes again
	Metadata    event.Metadata

	// Check says whether what the command refers to allows it. Whatever else a command reads
	// before it is decided is read here, and nowhere before: what it refuses is refused
	// unless the key has an answer already. nil: the command refers to nothing.
	Check func(ctx context.Context) error
}

// Result is where a command left its stream. With no events decided it is where
// the stream was.
type Result struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // the first answer to this key, again
}
