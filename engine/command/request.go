package command

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Request has the data that a client sends with a command.
type Request struct {
	NewStream   bool // whether the stream's id was generated for this command, so that no other client knows the id
	IfMatch     event.Precondition
	Key         string // idempotency key; "": the command has no key
	Fingerprint []byte // HMAC of the request, which is compared if the key is used again
	Metadata    event.Metadata

	// Identity determines the ids of the command's events (see event.Append). If a command with the
	// same Identity is executed again, at any time, it appends nothing, and fails with
	// event.ErrRecorded. If Identity is uuid.Nil, the events get new ids.
	Identity uuid.UUID

	// Check reads data that the command refers to and that is not in the command's stream, such as
	// another stream. Check returns an error if this data does not allow the command. The caller of
	// Handle must not read such data itself: if the idempotency key has an answer, Handle returns
	// this answer instead of Check's error. If Check is nil, the command needs no such data.
	Check func(ctx context.Context) error
}

// Result has the version of the stream after a command. If the command causes no events, this is
// the version before the command.
type Result struct {
	StreamID uuid.UUID
	Version  int64
	Position int64
	Replayed bool // whether this is the stored first answer of the key
}
