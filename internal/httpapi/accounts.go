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

// Accounts has what the operations on accounts need. Every field is required.
type Accounts struct {
	Handle     func(ctx context.Context, id uuid.UUID, command account.Command, r command.Request) (command.Result, error)
	Move       func(ctx context.Context, from, to uuid.UUID, command account.MoveAndClose, r command.Request) (command.Result, error)
	Balances   Balances
	Statements Statements
	History    History
}

// Balances answers queries for the current state of accounts. Get returns event.ErrStreamNotFound
// for an account that does not exist, or that belongs to another subject.
type Balances interface {
	Get(ctx context.Context, subject string, id uuid.UUID) (account balances.Account, position int64, err error)
	List(ctx context.Context, filter balances.Filter) (list balances.Page, position int64, err error)
}

// Statements answers queries for the movements on an account.
type Statements interface {
	Lines(ctx context.Context, subject string, accountID uuid.UUID, afterVersion int64, limit int) (page statements.Page, position int64, err error)
}

// History answers queries for the events of an account, and for its state at an earlier time.
type History interface {
	Events(ctx context.Context, subject string, id uuid.UUID, afterVersion int64, limit int, until history.Until) (items []event.Recorded, more bool, position int64, err error)
	State(ctx context.Context, subject string, id uuid.UUID, until history.Until) (history.Account, error)
}
