// Package balances answers "what does this account look like now?". It holds all
// of that read model: its row, how events change it, and its queries.
package balances

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/events"
)

// Name is stored with the checkpoint: frozen.
const Name = "balances"

// Account is a row of balances.
type Account struct {
	ID        uuid.UUID `db:"account_id"`
	Owner     string
	Currency  string // ISO 4217
	Balance   int64  // minor units
	Status    string // "open" or "closed"
	Version   int64  // the stream's
	OpenedAt  time.Time
	UpdatedAt time.Time
}

// Apply is what an event does to balances.
func Apply(b *pgx.Batch, e events.Recorded) error {
	switch event := e.Event.(type) {
	case events.AccountOpened:
		b.Queue(`INSERT INTO balances (account_id, owner, currency, balance, status, version, opened_at, updated_at)
			VALUES ($1, $2, $3, 0, 'open', $4, $5, $5)`,
			e.StreamID, event.Owner, event.Currency, e.Version, e.OccurredAt)
	case events.MoneyDeposited:
		move(b, e, event.Amount)
	case events.MoneyWithdrawn:
		move(b, e, -event.Amount)
	case events.AccountClosed:
		b.Queue(`UPDATE balances SET status = 'closed', version = $2, updated_at = $3
			WHERE account_id = $1 AND version = $2 - 1`,
			e.StreamID, e.Version, e.OccurredAt)
	default:
		return fmt.Errorf("balances don't know a %T", e.Event)
	}
	return nil
}

func move(b *pgx.Batch, e events.Recorded, amount int64) {
	b.Queue(`UPDATE balances SET balance = balance + $4, version = $2, updated_at = $3
		WHERE account_id = $1 AND version = $2 - 1`,
		e.StreamID, e.Version, e.OccurredAt, amount)
}
