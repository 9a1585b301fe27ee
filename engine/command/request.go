package command

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Request is the data that a client sends with a command.
type Request struct {
	NewStream   bool // whether the stream's id was generated for this command, so that no other client knows the id
	IfMatch     event.Precondition
	Key         string // idempotency key; "": the command has no key
	Fingerprint []byte // HMAC of the request, which is compared if the key is used again
	Metadata    event.Metadata

	// Check returns an error if something that the command refers to does not allow the command.
	// Check must read everything that the command needs besides its stream. Such data must not
	// be read before Check: if the idempotency key has an answer, Handle returns that answer
	// instead of Check's error. If Check is nil, the command refers to nothing.
	Check func(ctx context.Context) error
}

// Result has the version of the stream after a command. If the command caused no events, Result
// has the version that the stream already had.
type Result struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // whether this is the stored first answer of the key
}
