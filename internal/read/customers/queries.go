package customers

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
)

// Queries reads the table customers. With each answer, Queries returns the position of the log up
// to which the answer includes all events. The position and the rows are read at the same moment,
// even if a rebuild replaces the tables meanwhile.
type Queries struct{ customers *position.Model }

// NewQueries returns Queries on a pool, which may connect to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{position.NewModel(pool, Name)} }

// mostFound is the maximum number of customers that a search returns.
const mostFound = 1000

// Lookup has the text to search for, as HMACs in the same form as in the table keys.lookups.
type Lookup struct {
	Subject string
	Field   string
	Indexes [][]byte // a match with any of them counts
}

// Candidates is the result of a search: customers that probably have the text.
type Candidates struct {
	Customers  []Customer // oldest first
	More       bool       // the subject has more matching customers; Customers has the oldest ones
	Incomplete bool       // streams are parked, so customers may be missing or outdated
}

// columns lists the columns of the table from which the fields of a Customer are read.
const columns = `c.customer_id, c.subject, c.name, c.email, c.status, c.version, c.registered_at, c.updated_at`

// row receives the values of these columns.
type row struct {
	of          Customer // without decrypted text
	name, email string
}

func (r *row) targets() []any {
	return []any{&r.of.ID, &r.of.Subject, &r.name, &r.email, &r.of.Status, &r.of.Version, &r.of.RegisteredAt, &r.of.UpdatedAt}
}

func (r *row) customer() Customer {
	c := r.of
	c.Name, c.Email = event.AsEncrypted(r.name), event.AsEncrypted(r.email)
	return c
}

// Find returns the customers of the subject that have the text, except erased customers. A row may
// be outdated, so the caller must compare the text again. Find never reads rows of other subjects,
// even if their customers have the same text. The position is valid whether or not a customer was
// found. Until the read model is built, Find returns event.ErrNotBuilt.
func (q *Queries) Find(ctx context.Context, l Lookup) (found Candidates, reflects int64, err error) {
	const sql = `
		SELECT ` + columns + `, coalesce(k.position, 0)
		FROM (
		    SELECT customer_id, subject, name, email, status, version, registered_at, updated_at
		    FROM customers
		    WHERE subject = $1 AND status <> 'erased'
		          AND customer_id IN (SELECT person_id FROM keys.lookups WHERE field = $2 AND index = ANY ($3))
		    ORDER BY registered_at, customer_id LIMIT $4
		) c LEFT JOIN parked_streams k ON k.projection = 'customers' AND k.stream_id = c.customer_id
		ORDER BY c.registered_at, c.customer_id`
	var r row
	question := position.Question{SQL: sql, Args: []any{l.Subject, l.Field, l.Indexes, mostFound + 1}}
	at, err := q.customers.Read(ctx, question, append(r.targets(), &r.of.Parked), func() error {
		if len(found.Customers) == mostFound {
			found.More = true
			return nil
		}
		found.Customers = append(found.Customers, r.customer())
		return nil
	})
	if err != nil {
		return Candidates{}, 0, err
	}
	found.Incomplete = at.Incomplete
	return found, at.Position, nil
}

// Get returns one customer of the subject, which may be erased. If the subject has no such
// customer, Get returns event.ErrStreamNotFound. The returned position and the field Parked are
// valid even then. The caller needs them, because a stream that is parked at its first event has no
// row. Until the read model is built, Get returns event.ErrNotBuilt.
func (q *Queries) Get(ctx context.Context, subject string, id uuid.UUID) (Customer, int64, error) {
	const sql = `SELECT ` + columns + ` FROM customers c WHERE c.customer_id = $1`
	var r row
	found, at, err := q.customers.Row(ctx, id, sql, r.targets())
	r.of.Parked = at.Parked[id]
	switch {
	case err != nil:
		return Customer{}, 0, err
	case !found: // the read model does not have the owner
		return Customer{ID: id, Parked: r.of.Parked}, at.Position, event.ErrStreamNotFound
	case r.of.Subject != subject:
		return Customer{}, at.Position, event.ErrStreamNotFound
	}
	return r.customer(), at.Position, nil
}
