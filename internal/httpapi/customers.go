package httpapi

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/write/customer"
)

// Customers has what the operations on customers need. Every field is required.
type Customers struct {
	Handle func(ctx context.Context, id uuid.UUID, command customer.Command, r command.Request) (command.Result, error)
	People People
	Log    CustomerLog
}

// People answers queries for customers; their personal data is encrypted. Get returns
// event.ErrStreamNotFound for a customer that does not exist, or that belongs to another subject.
type People interface {
	Get(ctx context.Context, subject string, id uuid.UUID) (customer customers.Customer, position int64, err error)
	Find(ctx context.Context, l customers.Lookup) (found customers.Candidates, position int64, err error)
}

// CustomerLog reads the log; eventlog.Store implements it.
type CustomerLog interface {
	Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error)
}
