package httpapi

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
)

// Accounts are what the accounts' routes are made of. All of it is required.
type Accounts struct {
	Handle     func(ctx context.Context, id uuid.UUID, command account.Command, r command.Request) (command.Result, error)
	Balances   Balances
	Statements Statements
	History    History
}

// Balances answers what the accounts are. Get's error is event.ErrStreamNotFound
// for an account that it does not know or that is not the subject's.
type Balances interface {
	Get(ctx context.Context, subject string, id uuid.UUID) (account balances.Account, position int64, err error)
	List(ctx context.Context, filter balances.Filter) (list balances.Page, position int64, err error)
}

// Statements answers what has moved on an account.
type Statements interface {
	Lines(ctx context.Context, subject string, accountID uuid.UUID, afterVersion int64, limit int) (page statements.Page, position int64, err error)
}

// History answers what has happened to an account, and what it was then.
type History interface {
	Events(ctx context.Context, subject string, id uuid.UUID, afterVersion int64, limit int, until history.Until) (items []event.Recorded, more bool, position int64, err error)
	State(ctx context.Context, subject string, id uuid.UUID, until history.Until) (history.Account, error)
}
