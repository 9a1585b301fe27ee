package httpapi

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/trail"
)

// Options are what the API is made of.
type Options struct {
	// One field for each domain.
	Accounts  Accounts
	Customers Customers

	// Keys decrypts personal data.
	Keys Keys

	// Feed sends events as they happen.
	Feed *feed.Feed

	// Trail answers queries for who did what.
	Trail Trail

	// Edge configures the handlers in front of the operations. New sets the fields Contract, Scopes
	// and Problems of Edge.
	Edge edge.Options
}

// Trail answers queries for who did what, from the log.
type Trail interface {
	Entries(ctx context.Context, filter trail.Filter) (entries []event.Recorded, next, position int64, err error)
}

// Keys decrypts personal data; personal.Keys implements it.
type Keys interface {
	Reveal(ctx context.Context, person uuid.UUID, streamType string, streamID uuid.UUID, field event.Field, encrypted event.Personal) (string, error)
	Indexes(ctx context.Context, field, text string) ([][]byte, error)
	Forget(person uuid.UUID)
}
