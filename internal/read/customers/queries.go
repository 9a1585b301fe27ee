package customers

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
)

// Queries reads customers. Each answer comes with the position it reflects.
type Queries struct{ pool *pgxpool.Pool }

// NewQueries makes Queries on a pool, which may lead to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{pool} }

// Some returns those of these customers that are the subject's and not erased, and the
// position that holds for them. incomplete says that streams are parked: customers may be
// missing. Before the read model is built it is events.ErrNotBuilt.
func (q *Queries) Some(ctx context.Context, subject string, ids []uuid.UUID) (found []Customer, incomplete bool, position int64, err error) {
	all, incomplete, position, err := q.read(ctx, subject, ids)
	for _, customer := range all {
		if customer.Version > 0 && customer.Status != "erased" {
			found = append(found, customer)
		}
	}
	return found, incomplete, position, err
}

// Get returns one customer of the subject's, also an erased one, or events.ErrStreamNotFound.
// The position holds for both, and so does Parked: a stream that is parked at its first event
// has no row.
func (q *Queries) Get(ctx context.Context, subject string, id uuid.UUID) (Customer, int64, error) {
	found, _, position, err := q.read(ctx, subject, []uuid.UUID{id})
	if err != nil {
		return Customer{}, position, err
	}
	if len(found) == 0 {
		return Customer{}, position, events.ErrStreamNotFound
	}
	if found[0].Version == 0 {
		return found[0], position, events.ErrStreamNotFound
	}
	return found[0], position, nil
}

// read returns the subject's customers among these, and, at version 0, those whose stream is
// parked at its first event: whose they are is not known here.
func (q *Queries) read(ctx context.Context, subject string, ids []uuid.UUID) (found []Customer, incomplete bool, position int64, err error) {
	const known = `
		SELECT position, EXISTS (SELECT FROM parked_streams WHERE projection = 'customers')
		FROM checkpoints WHERE projection = 'customers' AND built_at IS NOT NULL`
	const sql = `
		SELECT a.id, coalesce(c.subject, ''), coalesce(c.name, ''), coalesce(c.email, ''), coalesce(c.status, ''), coalesce(c.version, 0),
		       coalesce(c.registered_at, 'epoch'), coalesce(c.updated_at, 'epoch'), coalesce(k.position, 0)
		FROM unnest($1::uuid[]) AS a (id)
		LEFT JOIN customers c ON c.customer_id = a.id
		LEFT JOIN parked_streams k ON k.projection = 'customers' AND k.stream_id = a.id
		WHERE c.subject = $2 OR c.customer_id IS NULL AND k.position > 0
		ORDER BY c.registered_at, a.id`
	given := make([][16]byte, len(ids))
	for i, id := range ids {
		given[i] = id
	}
	// One snapshot for both: rows of a position, and not of one before or after.
	err = pgx.BeginTxFunc(ctx, q.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, known).Scan(&position, &incomplete); err != nil {
			if errors.Is(err, pgx.ErrNoRows) {
				return events.ErrNotBuilt
			}
			return err
		}
		rows, err := tx.Query(ctx, sql, given, subject)
		if err != nil {
			return err
		}
		var c Customer
		var name, email string
		_, err = pgx.ForEachRow(rows, []any{&c.ID, &c.Subject, &name, &email, &c.Status, &c.Version, &c.RegisteredAt, &c.UpdatedAt, &c.Parked}, func() error {
			c.Name, c.Email = events.AsSealed(name), events.AsSealed(email)
			found = append(found, c)
			return nil
		})
		return err
	})
	if err != nil {
		return nil, false, 0, fmt.Errorf("read customers: %w", err)
	}
	return found, incomplete, position, nil
}
