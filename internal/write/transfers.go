package write

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
)

// Requests executes requests for transfers.
type Requests struct {
	Transfers *command.Handler[transfer.State, transfer.Command]
	Accounts  *command.Handler[account.State, account.Command]
	Asked     *several.Handler[transfer.Asked, transfer.Request]

	// OwnerOf returns the subject to which an account belongs. If the account belongs to no subject,
	// the result ok is false.
	OwnerOf func(ctx context.Context, id uuid.UUID) (subject string, ok bool, err error)

	// Open returns how many transfers of a subject are open. Open stops counting at the number in
	// the parameter most.
	Open func(ctx context.Context, subject string, most int) (int, error)
}

// Handle executes a request for a transfer, which gets the given id. Handle reads the account From,
// which gets no event. Handle never reads the account To, so that nobody learns anything about the
// account of somebody else.
func (q Requests) Handle(ctx context.Context, id uuid.UUID, c transfer.Request, r command.Request) (command.Result, error) {
	r.Check = func(ctx context.Context) error { return q.check(ctx, c) }
	return q.Asked.Handle(ctx, func(a *transfer.Asked) []several.Stream {
		return []several.Stream{several.Into(q.Transfers, id, &a.Transfer), several.Into(q.Accounts, c.From, &a.From)}
	}, c, r)
}

// check refuses a request to pay from an account of another subject, before the request waits for
// this account. check also refuses a request of a subject that has too many open transfers. The
// read model counts the transfers, so this limit is not exact. While the read model can't be read,
// the limit does not apply. This is acceptable: the limit protects the service, and no rule about
// money depends on the limit.
func (q Requests) check(ctx context.Context, c transfer.Request) error {
	ctx, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	if owner, owned, err := q.OwnerOf(ctx, c.From); err == nil && owned && owner != c.Subject {
		return event.ErrStreamNotFound
	}
	if open, err := q.Open(ctx, c.Subject, transfer.MostOpen); err == nil && open >= transfer.MostOpen {
		return transfer.RejectTooMany()
	}
	return nil
}
