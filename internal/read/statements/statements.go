// Package statements answers the query "what moved on this account, and what was the balance
// afterwards?". Package statements has the whole read model: the rows, how events change the rows,
// and the query.
package statements

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Name is the name of this projection. The database stores Name with the checkpoint, so Name must
// never change.
const Name = "statements"

// streamType is the type of the streams whose events this projection applies.
const streamType = "account"

// Tables lists the tables that Apply writes.
var Tables = []string{"statements", "statement_lines"}

// Line is one movement: a deposit or a withdrawal.
type Line struct {
	Position   int64
	Version    int64
	Kind       string // "deposit" or "withdrawal"
	Amount     int64  // in minor units, positive
	Balance    int64  // balance after the movement, in minor units
	Reference  string
	OccurredAt time.Time
}

// Apply applies a run of events to the tables. One SQL statement inserts the rows of opened
// accounts into the table statements. Another SQL statement inserts the rows of all movements into
// statement_lines.
func Apply(b *pgx.Batch, run []event.Recorded) error {
	var opened [][16]byte
	var subjects []string
	moved := movements{totals: make(map[uuid.UUID]int64)}
	for _, e := range run {
		if e.StreamType != streamType {
			continue
		}
		switch happened := e.Event.(type) {
		case events.AccountOpened:
			opened, subjects = append(opened, e.StreamID), append(subjects, happened.Subject)
		case events.MoneyDeposited:
			moved.add(e, "deposit", happened.Amount, happened.Amount, happened.Reference)
		case events.MoneyWithdrawn:
			moved.add(e, "withdrawal", happened.Amount, -happened.Amount, happened.Reference)
		case events.AccountClosed, event.Dropped: // they move nothing
		default:
			return fmt.Errorf("statements don't know a %T", e.Event)
		}
	}
	if len(opened) > 0 {
		b.Queue(`INSERT INTO statements (account_id, subject, balance) SELECT unnest($1::uuid[]), unnest($2::text[]), 0`, opened, subjects)
	}
	moved.queue(b)
	return nil
}
