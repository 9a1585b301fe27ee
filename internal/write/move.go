package write

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/write/account"
)

// checkFor limits the time of the look-ups before a command. These look-ups read the database of
// queries, which may be a replica that does not answer. Then the command is decided without them.
const checkFor = 250 * time.Millisecond

// Moves executes the commands on two accounts.
type Moves struct {
	Accounts *command.Handler[account.State, account.Command]
	Pairs    *several.Handler[account.Pair, account.MoveAndClose]

	// OwnerOf returns the subject to which an account belongs. If the account belongs to no subject,
	// the result ok is false.
	OwnerOf func(ctx context.Context, id uuid.UUID) (subject string, ok bool, err error)
}

// Handle closes the account with the id from, and moves its balance to the account with the id to.
// The returned result is that of the closed account.
func (m Moves) Handle(ctx context.Context, from, to uuid.UUID, c account.MoveAndClose, r command.Request) (command.Result, error) {
	if from == to {
		return command.Result{}, account.RejectSame()
	}
	r.Check = func(ctx context.Context) error { return m.checkOwners(ctx, from, to, c.Subject) }
	return m.Pairs.Handle(ctx, func(p *account.Pair) []several.Stream {
		return []several.Stream{several.Into(m.Accounts, from, &p.From), several.Into(m.Accounts, to, &p.To)}
	}, c, r)
}

// checkOwners refuses a command on an account of another subject before the command waits for the
// account: a subject must not slow down the commands of another subject. An account that OwnerOf
// does not know may have been opened a moment ago, so account.DecideMove decides about it. Only the
// owner of the account that is to be closed learns from the answer whether the other account
// exists.
func (m Moves) checkOwners(ctx context.Context, from, to uuid.UUID, subject string) error {
	ctx, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	owner, known, err := m.OwnerOf(ctx, from)
	if known = known && err == nil; known && owner != subject {
		return event.ErrStreamNotFound
	}
	switch owner, owned, err := m.OwnerOf(ctx, to); {
	case err != nil || !owned || owner == subject:
		return nil
	case known:
		return account.ErrNoTarget
	}
	return event.ErrStreamNotFound
}
