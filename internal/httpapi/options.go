package httpapi

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/recorded"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/personal/reveal"
)

// Options has the parts of the API. The function New joins them.
type Options struct {
	// Each aggregate has a field here.
	Accounts  Accounts
	Customers Customers
	Transfers Transfers

	// Keys decrypts personal data.
	Keys Keys

	// Feed sends events as they happen.
	Feed *feed.Feed

	// Trail answers queries for who did what.
	Trail recorded.Trail

	// Edge configures the handlers in front of the operations. New sets the fields Contract, Scopes
	// and Problems of Edge.
	Edge edge.Options
}

// Keys decrypts personal data; personal.Keys implements it.
type Keys interface {
	reveal.Keys
	Indexes(ctx context.Context, field, text string) ([][]byte, error)
	Forget(person uuid.UUID)
}
