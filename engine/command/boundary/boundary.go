package boundary

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Boundary describes one kind of decision over several streams. S is the state that is computed
// from the boundary's events, and C is the command. All functions must be pure: they read no clock
// and no database, generate no ids and use no randomness.
type Boundary[S, C any] struct {
	// Query returns the items that select the events on which the decision depends. Each item needs
	// at least one tag. The decision and its append depend on no other events.
	Query func(command C) []event.Item

	// Evolve returns the state after an event of the boundary. The state before the first event is
	// the zero value of S.
	Evolve func(state S, e event.Event) S

	// Decide returns the events that the command causes. If the command is not allowed, Decide
	// returns an *event.Rejection or event.ErrStreamNotFound. If Decide returns no events, nothing
	// happens and the command succeeds.
	Decide func(state S, command C) ([]event.Event, error)

	// Stream returns the stream to which all events of the command are added. This stream may be at
	// any version, because the append checks the boundary and not the version. Therefore the events
	// must not have personal data, because personal data is encrypted for a known version.
	Stream func(command C) (streamType string, id uuid.UUID)
}

// Request has the data that a client sends with a command.
type Request struct {
	Key         string // idempotency key; "": the command has no key
	Fingerprint []byte // HMAC of the request, which is compared if the key is used again
	Metadata    event.Metadata
	Identity    uuid.UUID // gives the events their ids (event.Append); uuid.Nil: they get new ids
}

// Store is the part of the event log that a Handler needs. eventlog.Store implements Store.
type Store interface {
	AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error)
	Matching(ctx context.Context, items []event.Item, after int64, each func(event.Recorded) error) (event.Condition, error)
	Answers(ctx context.Context, keys []string) (map[string]event.Answered, error)
}
