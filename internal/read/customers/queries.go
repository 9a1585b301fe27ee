package customers

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
)

// Queries reads customers. Each answer comes with the position it reflects, read in the same
// statement and so of the same moment, also while a rebuild changes the tables: a snapshot that is
// older than the lock on a table shows the rows of before a switch under the position of after it.
type Queries struct{ pool *pgxpool.Pool }

// NewQueries makes Queries on a pool, which may lead to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{pool} }

// mostFound bounds how many customers of one subject a look-up reads.
const mostFound = 1000

// Lookup is the text that customers are looked for by, as keys.lookups knows it.
type Lookup struct {
	Subject string
	Field   string
	Indexes [][]byte // any of them
}

// Candidates are what a look-up finds.
type Candidates struct {
	Customers  []Customer // oldest first
	More       bool       // the subject has more of them: these are the oldest
	Incomplete bool       // streams are parked: customers may be missing, or among these as they were
}

// columns are those of a customer, who may be missing, with what is parked of them.
const columns = `coalesce(c.customer_id, '00000000-0000-0000-0000-000000000000'), coalesce(c.subject, ''), coalesce(c.name, ''), coalesce(c.email, ''),
	coalesce(c.status, ''), coalesce(c.version, 0), coalesce(c.registered_at, 'epoch'), coalesce(c.updated_at, 'epoch'), coalesce(k.position, 0)`

// row is where columns go.
type row struct {
	Customer
	name, email string
}

func (r *row) targets() []any {
	return []any{&r.ID, &r.Subject, &r.name, &r.email, &r.Status, &r.Version, &r.RegisteredAt, &r.UpdatedAt, &r.Parked}
}

func (r *row) customer() Customer {
	c := r.Customer
	c.Name, c.Email = event.AsSealed(r.name), event.AsSealed(r.email)
	return c
}

// Find returns the subject's customers, but for those who were erased, that have the text. Their rows may
// be of before a change that is not projected yet: whoever asks compares it with what they have. It looks among the subject's own
// customers only, however many others have the same text. The position holds for what is found
// and what is not. Before the read model is built the error is event.ErrNotBuilt.
func (q *Queries) Find(ctx context.Context, l Lookup) (found Candidates, position int64, err error) {
	const sql = `
		SELECT p.position, EXISTS (SELECT FROM parked_streams WHERE projection = 'customers'), ` + columns + `
		FROM checkpoints p LEFT JOIN (
		    SELECT customer_id, subject, name, email, status, version, registered_at, updated_at
		    FROM customers
		    WHERE subject = $1 AND status <> 'erased'
		          AND customer_id IN (SELECT person_id FROM keys.lookups WHERE field = $2 AND index = ANY ($3))
		    ORDER BY registered_at, customer_id LIMIT $4
		) c ON true
		LEFT JOIN parked_streams k ON k.projection = 'customers' AND k.stream_id = c.customer_id
		WHERE p.projection = 'customers' AND p.built_at IS NOT NULL
		ORDER BY c.registered_at, c.customer_id`
	rows, err := q.pool.Query(ctx, sql, l.Subject, l.Field, l.Indexes, mostFound+1)
	if err != nil {
		return Candidates{}, 0, fmt.Errorf("find customers: %w", err)
	}
	var r row
	tag, err := pgx.ForEachRow(rows, append([]any{&position, &found.Incomplete}, r.targets()...), func() error {
		switch {
		case r.Version == 0: // there is none
		case len(found.Customers) == mostFound:
			found.More = true
		default:
			found.Customers = append(found.Customers, r.customer())
		}
		return nil
	})
	switch {
	case err != nil:
		return Candidates{}, 0, fmt.Errorf("find customers: %w", err)
	case tag.RowsAffected() == 0:
		return Candidates{}, 0, event.ErrNotBuilt
	}
	return found, position, nil
}

// Get returns one customer of the subject's, also an erased one, or event.ErrStreamNotFound.
// The position holds for both, and so does Parked: a stream that is parked at its first event
// has no row. Before the read model is built the error is event.ErrNotBuilt.
func (q *Queries) Get(ctx context.Context, subject string, id uuid.UUID) (Customer, int64, error) {
	const sql = `
		SELECT p.position, ` + columns + `
		FROM checkpoints p
		LEFT JOIN customers c ON c.customer_id = $1
		LEFT JOIN parked_streams k ON k.projection = 'customers' AND k.stream_id = $1
		WHERE p.projection = 'customers' AND p.built_at IS NOT NULL`
	var position int64
	var r row
	err := q.pool.QueryRow(ctx, sql, id).Scan(append([]any{&position}, r.targets()...)...)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Customer{}, 0, event.ErrNotBuilt
	case err != nil:
		return Customer{}, 0, fmt.Errorf("read customer: %w", err)
	case r.Version == 0: // whose they are is not known here
		return Customer{ID: id, Parked: r.Parked}, position, event.ErrStreamNotFound
	case r.Subject != subject:
		return Customer{}, position, event.ErrStreamNotFound
	}
	return r.customer(), position, nil
}
