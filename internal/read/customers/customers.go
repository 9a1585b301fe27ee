// Package customers answers the query "who is this customer?". Package customers has the whole read
// model: the row of a customer, how events change the row, and the queries. Personal data in the
// rows is encrypted, as in the log. If a customer's key is destroyed, nobody can decrypt the
// customer's data in the rows, or in any copy of them.
package customers

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
const Name = "customers"

// streamType is the type of the streams whose events this projection applies.
const streamType = "customer"

// Tables lists the tables that Apply writes.
var Tables = []string{"customers"}

// Customer is a row of the table customers.
type Customer struct {
	ID           uuid.UUID      `db:"customer_id"`
	Subject      string         // the owner
	Name         event.Personal // encrypted
	Email        event.Personal // encrypted
	Status       string         // "registered" or "erased"
	Version      int64          // version of the stream
	RegisteredAt time.Time
	UpdatedAt    time.Time
	Parked       int64 // position at which the stream is parked: the row lacks the event there and later ones; 0: not parked
}

// Apply adds the SQL statements for one event to a batch.
func Apply(b *pgx.Batch, e event.Recorded) error {
	if e.StreamType != streamType {
		return nil
	}
	switch happened := e.Event.(type) {
	case events.CustomerRegistered:
		b.Queue(`
			INSERT INTO customers (customer_id, subject, name, email, status, version, registered_at, updated_at)
			VALUES ($1, $2, $3, $4, 'registered', $5, $6, $6)`,
			e.StreamID, happened.Subject, happened.Name.Encrypted(), happened.Email.Encrypted(), e.Version, e.OccurredAt)
	case events.CustomerContactChanged:
		change(b, e, `name = $4, email = $5`, happened.Name.Encrypted(), happened.Email.Encrypted())
	case events.CustomerErased:
		change(b, e, `name = '', email = '', status = 'erased'`)
	case event.Dropped:
		change(b, e, `status = status`)
	default:
		return fmt.Errorf("customers don't know a %T", e.Event)
	}
	return nil
}

// change adds an update of the customer's row to a batch. The update fails if the row is not at the
// version just before the event.
func change(b *pgx.Batch, e event.Recorded, set string, values ...any) {
	b.Queue(`UPDATE customers SET `+set+`, version = $2, updated_at = $3 WHERE customer_id = $1 AND version = $2 - 1`,
		append([]any{e.StreamID, e.Version, e.OccurredAt}, values...)...,
	).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != 1 {
			return fmt.Errorf("%w: customer %s is not at the version before", event.ErrInapplicable, e.StreamID)
		}
		return nil
	})
}
