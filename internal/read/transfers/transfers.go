// Package transfers answers the query "what became of this transfer?". Package transfers has the
// whole read model: the row of a transfer, how events change the row, and the queries. It applies the
// events of transfers only, so a row says nothing about the account that should get the money.
package transfers

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// Name is the name of this projection. The database stores Name with the checkpoint, so Name must
// never change.
const Name = "transfers"

// streamType is the type of the streams whose events this projection applies.
const streamType = "transfer"

// Tables lists the tables that Apply writes.
var Tables = []string{"transfers"}

// Transfer is a row of the table transfers.
type Transfer struct {
	ID          uuid.UUID `db:"transfer_id"`
	Subject     string    // the owner
	From        uuid.UUID
	To          uuid.UUID
	Amount      int64  // in minor units
	Currency    string // ISO 4217 code
	Reference   string
	Status      string // "requested", "debited", "completed", "refused", "refunded" or "expired"
	Code        string // why the transfer was refused or refunded; otherwise ""
	Version     int64  // version of the stream
	RequestedAt time.Time
	UpdatedAt   time.Time
	Parked      int64 // position at which the stream is parked: the row lacks the event there and later ones; 0: not parked
}

// Apply adds the SQL statements for one event to a batch. A transfer that the account To did not
// accept keeps the status "debited" until the account From has its money again.
func Apply(b *pgx.Batch, e event.Recorded) error {
	if e.StreamType != streamType {
		return nil
	}
	switch happened := e.Event.(type) {
	case events.TransferRequested:
		b.Queue(`
			INSERT INTO transfers (transfer_id, subject, from_account, to_account, amount, currency, reference, status, code, late, version, requested_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 'requested', '', false, $8, $9, $9)`,
			e.StreamID, happened.Subject, happened.From, happened.To, happened.Amount, happened.Currency, happened.Reference, e.Version, e.OccurredAt)
	case events.TransferDebited:
		change(b, e, `status = 'debited', late = (status = 'expired')`)
	case events.TransferCompleted:
		change(b, e, `status = 'completed'`)
	case events.TransferRefused:
		change(b, e, `status = 'refused', code = $4`, happened.Code)
	case events.TransferRefunded:
		change(b, e, `status = 'refunded', code = CASE WHEN late THEN 'expired' ELSE 'not_accepted' END`)
	case events.TransferExpired:
		change(b, e, `status = 'expired'`)
	case events.TransferNotAccepted, event.Dropped:
		change(b, e, `status = status`)
	default:
		return fmt.Errorf("transfers don't know a %T", e.Event)
	}
	return nil
}

// change adds an update of the transfer's row to a batch. The update fails if the row is not at the
// version just before the event.
func change(b *pgx.Batch, e event.Recorded, set string, values ...any) {
	b.Queue(`UPDATE transfers SET `+set+`, version = $2, updated_at = $3 WHERE transfer_id = $1 AND version = $2 - 1`,
		append([]any{e.StreamID, e.Version, e.OccurredAt}, values...)...,
	).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != 1 {
			return fmt.Errorf("%w: transfer %s is not at the version before", event.ErrInapplicable, e.StreamID)
		}
		return nil
	})
}
