// Package balances answers the query "what does this account look like now?". Package balances has
// the whole read model: the row of an account, how events change the row, and the queries.
package balances

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
const Name = "balances"

// streamType is the type of the streams whose events this projection applies.
const streamType = "account"

// Tables lists the tables that Apply writes.
var Tables = []string{"balances"}

// Account is a row of the table balances.
type Account struct {
	ID         uuid.UUID `db:"account_id"`
	Subject    string    // the owner
	CustomerID uuid.UUID // zero: none
	Owner      string
	Currency   string // ISO 4217 code
	Balance    int64  // in minor units
	Status     string // "open" or "closed"
	Version    int64  // version of the stream
	OpenedAt   time.Time
	UpdatedAt  time.Time
	Parked     int64 // position at which the stream is parked: the row lacks the event there and later ones; 0: not parked
}

// Apply applies a run of events to the table. One SQL statement inserts the rows of opened
// accounts. Another SQL statement applies all other events to the rows.
func Apply(b *pgx.Batch, run []event.Recorded) error {
	opened, changed := opening{}, changes{}
	for _, e := range run {
		if e.StreamType != streamType {
			continue
		}
		switch happened := e.Event.(type) {
		case events.AccountOpened:
			opened.add(e, happened)
		case events.MoneyDeposited:
			changed.of(e).amount += happened.Amount
		case events.MoneyWithdrawn:
			changed.of(e).amount -= happened.Amount
		case events.AccountClosed:
			changed.of(e).closed = true
		case event.Dropped:
			changed.of(e)
		default:
			return fmt.Errorf("balances don't know a %T", e.Event)
		}
	}
	opened.queue(b)
	changed.queue(b)
	return nil
}
