package httpapi

import (
	"context"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/trail"
)

// Options are what the API is made of.
type Options struct {
	// A domain each.
	Accounts  Accounts
	Customers Customers

	// Feed hands out events as they happen.
	Feed *feed.Feed

	// Trail answers who did what.
	Trail Trail

	// Edge is what the operations stand behind. Its Contract, Scopes and Problems are this package's.
	Edge edge.Options
}

// Trail answers who did what, from the log.
type Trail interface {
	Entries(ctx context.Context, filter trail.Filter) (entries []event.Recorded, next, position int64, err error)
}
