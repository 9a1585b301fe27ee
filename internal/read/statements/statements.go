// Package statements answers "what moved on this account, and what was there
// afterwards?". It holds all of that read model: its row, how events change it, and
// its query.
package statements

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/internal/events"
)

// Name is stored with the checkpoint: frozen.
const Name = "statements"

// Line is one movement.
type Line struct {
	Position   int64
	Version    int64
	Kind       string // "deposit" or "withdrawal"
	Amount     int64  // minor units, positive
	Balance    int64  // minor units, after it
	Reference  string
	OccurredAt time.Time
}

// Apply is what an event does to statements.
func Apply(b *pgx.Batch, e events.Recorded) error {
	switch event := e.Event.(type) {
	case events.AccountOpened:
		b.Queue(`INSERT INTO statements (account_id, balance) VALUES ($1, 0)`, e.StreamID)
	case events.MoneyDeposited:
		addLine(b, e, "deposit", event.Amount, event.Amount, event.Reference)
	case events.MoneyWithdrawn:
		addLine(b, e, "withdrawal", event.Amount, -event.Amount, event.Reference)
	case events.AccountClosed: // moves nothing
	default:
		return fmt.Errorf("statements don't know a %T", e.Event)
	}
	return nil
}

// addLine writes no row where there is no statement, and so fails there.
func addLine(b *pgx.Batch, e events.Recorded, kind string, amount, change int64, reference string) {
	b.Queue(`
		WITH statement AS (
		    UPDATE statements SET balance = balance + $5 WHERE account_id = $1 RETURNING balance
		)
		INSERT INTO statement_lines (account_id, version, position, kind, amount, balance, reference, occurred_at)
		SELECT $1, $2, $3, $4, $6, balance, $7, $8 FROM statement`,
		e.StreamID, e.Version, e.Position, kind, change, amount, reference, e.OccurredAt)
}
