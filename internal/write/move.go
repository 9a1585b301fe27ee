package write

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/internal/write/account"
)

// Moves executes the commands on two accounts.
type Moves struct {
	Accounts *command.Handler[account.State, account.Command]
	Pairs    *several.Handler[account.Pair, account.MoveAndClose]
}

// Handle closes the account from, and moves its balance to the account to. The result is about the
// account from.
func (m Moves) Handle(ctx context.Context, from, to uuid.UUID, c account.MoveAndClose, r command.Request) (command.Result, error) {
	if from == to {
		return command.Result{}, account.RejectSame()
	}
	return m.Pairs.Handle(ctx, func(p *account.Pair) []several.Stream {
		return []several.Stream{several.Into(m.Accounts, from, &p.From), several.Into(m.Accounts, to, &p.To)}
	}, c, r)
}
