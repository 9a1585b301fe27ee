package httpapi

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/internal/read/transfers"
	"example.com/pgcqrs/internal/write/transfer"
)

// Transfers has what the operations on transfers need. Every field is required.
type Transfers struct {
	Request func(ctx context.Context, id uuid.UUID, command transfer.Request, r command.Request) (command.Result, error)
	Sent    Sent
}

// Sent answers queries for the transfers that a subject has requested. Get returns
// event.ErrStreamNotFound for a transfer that does not exist, or that belongs to another subject.
type Sent interface {
	Get(ctx context.Context, subject string, id uuid.UUID) (transfer transfers.Transfer, position int64, err error)
	List(ctx context.Context, filter transfers.Filter) (list transfers.Page, position int64, err error)
	OfCustomer(ctx context.Context, subject string, customer uuid.UUID, from *transfers.Cursor, limit int) (list transfers.Page, position int64, err error)
}
