package httpapi

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
)

var nobody = uuid.MustParse("0197a1f2-5c3d-7e4f-8a9b-000000000000")

// fake is a fake of the service behind the operations on accounts. It records the calls that it
// receives.
type fake struct {
	service
	id       uuid.UUID
	subject  string
	command  account.Command
	to       uuid.UUID
	moved    account.MoveAndClose
	request  command.Request
	deadline time.Duration
	filter   balances.Filter
	after    int64
	limit    int
	until    history.Until

	result     command.Result
	next       *balances.Cursor
	more       bool
	parked     int64 // position at which every stream is parked
	incomplete bool
}

func newFake() *fake {
	f := &fake{service: service{position: 42}, result: command.Result{StreamID: ada, Version: 3, Position: 42}}
	f.domain = func(o *Options) {
		o.Accounts = Accounts{Handle: f.handle, Move: f.move, Balances: f, Statements: f, History: f}
	}
	return f
}

func (f *fake) handle(ctx context.Context, id uuid.UUID, command account.Command, r command.Request) (command.Result, error) {
	defer f.asked()()
	f.id, f.command, f.request = id, command, r
	if deadline, ok := ctx.Deadline(); ok {
		f.deadline = time.Until(deadline)
	}
	if errors.Is(f.fail, problem.ErrPanic) {
		panic("secret of the panic")
	}
	return f.result, f.fail
}

func (f *fake) move(ctx context.Context, from, to uuid.UUID, c account.MoveAndClose, r command.Request) (command.Result, error) {
	result, err := f.handle(ctx, from, nil, r)
	defer f.asked()()
	f.to, f.moved = to, c
	return result, err
}

func (f *fake) Get(_ context.Context, subject string, id uuid.UUID) (balances.Account, int64, error) {
	defer f.asked()()
	f.subject = subject
	if id == nobody {
		return balances.Account{Parked: f.parked}, f.position, event.ErrStreamNotFound
	}
	return f.account(), f.position, f.fail
}

func (f *fake) List(_ context.Context, filter balances.Filter) (balances.Page, int64, error) {
	defer f.asked()()
	f.filter = filter
	return balances.Page{Accounts: []balances.Account{f.account()}, Next: f.next, Incomplete: f.incomplete}, f.position, f.fail
}

func (f *fake) Lines(_ context.Context, subject string, id uuid.UUID, after int64, limit int) (statements.Page, int64, error) {
	defer f.asked()()
	f.subject, f.after, f.limit = subject, after, limit
	if id == nobody {
		return statements.Page{Parked: f.parked}, f.position, event.ErrStreamNotFound
	}
	return statements.Page{Lines: []statements.Line{
		{Position: 7, Version: 2, Kind: "deposit", Amount: 1250, Balance: 1250, Reference: "salary", OccurredAt: someDay},
		{Position: 9, Version: 3, Kind: "withdrawal", Amount: 250, Balance: 1000, OccurredAt: someDay},
	}, More: f.more, Parked: f.parked}, f.position, f.fail
}

func (f *fake) Events(_ context.Context, subject string, id uuid.UUID, after int64, limit int, until history.Until) ([]event.Recorded, bool, int64, error) {
	defer f.asked()()
	f.subject, f.after, f.limit, f.until = subject, after, limit, until
	if id == nobody {
		return nil, false, f.position, event.ErrStreamNotFound
	}
	return []event.Recorded{{
		Position: 6, Version: 1, ID: ada, Type: "account.opened", Data: []byte(`{"owner":"Ada","currency":"EUR"}`),
		Metadata: event.Metadata{CorrelationID: "c-1"}, OccurredAt: someDay, RecordedAt: someDay,
	}}, f.more, f.position, f.fail
}

func (f *fake) State(_ context.Context, _ string, _ uuid.UUID, _ history.Until) (history.Account, error) {
	a := someAccount()
	return history.Account{
		ID: a.ID, Owner: a.Owner, Currency: a.Currency, Balance: a.Balance, Status: a.Status, Version: a.Version,
		OpenedAt: a.OpenedAt, UpdatedAt: a.UpdatedAt,
	}, f.fail
}

func (f *fake) account() balances.Account {
	account := someAccount()
	account.Parked = f.parked
	return account
}

func someAccount() balances.Account {
	return balances.Account{
		ID: ada, Owner: "Ada", Currency: "EUR", Balance: 1000, Status: "open", Version: 3, OpenedAt: someDay, UpdatedAt: someDay,
	}
}
