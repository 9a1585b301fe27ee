package command

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Request is what a client sends along with a command.
type Request struct {
	NewStream   bool // the stream's id was made for this command: no other client knows it
	IfMatch     event.Precondition
	Key         string // idempotency key; "": none
	Fingerprint []byte // of the request, compared when the key is used again
	Metadata    event.Metadata

	// Check says whether the things that the command refers to allow it. Everything else that a
	// command reads before it is decided is read here, and nowhere earlier, so that a key that has
	// an answer gets it instead of Check's refusal. nil: the command refers to nothing.
	Check func(ctx context.Context) error
}

// Result says at which version a command left its stream. If the command caused no events, it is
// the version that the stream had.
type Result struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // it is the first answer to this key, given again
}
