package customers

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
)

// Queries reads customers. Each answer comes with the position it reflects, of the same moment, also
// while a rebuild changes the tables.
type Queries struct{ customers *position.Model }

// NewQueries makes Queries on a pool, which may lead to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{position.NewModel(pool, Name)} }

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

// columns are those of a customer.
const columns = `c.customer_id, c.subject, c.name, c.email, c.status, c.version, c.registered_at, c.updated_at`

// row is where columns go.
type row struct {
	of          Customer // without its text
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

// Find returns the subject's customers, but for those who were erased, that have the text. Their rows may
// be of before a change that is not projected yet: whoever asks compares it with what they have. It looks among the subject's own
// customers only, however many others have the same text. The position holds for what is found
// and what is not. Before the read model is built the error is event.ErrNotBuilt.
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

// Get returns one customer of the subject's, also an erased one, or event.ErrStreamNotFound.
// The position holds for both, and so does Parked: a stream that is parked at its first event
// has no row. Before the read model is built the error is event.ErrNotBuilt.
func (q *Queries) Get(ctx context.Context, subject string, id uuid.UUID) (Customer, int64, error) {
	const sql = `SELECT ` + columns + ` FROM customers c WHERE c.customer_id = $1`
	var r row
	found, at, err := q.customers.Row(ctx, id, sql, r.targets())
	r.of.Parked = at.Parked[id]
	switch {
	case err != nil:
		return Customer{}, 0, err
	case !found: // whose they are is not known here
		return Customer{ID: id, Parked: r.of.Parked}, at.Position, event.ErrStreamNotFound
	case r.of.Subject != subject:
		return Customer{}, at.Position, event.ErrStreamNotFound
	}
	return r.customer(), at.Position, nil
}
