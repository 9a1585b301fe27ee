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

// Some are those of these customers that are the subject's and not erased, and the
// position that holds for them. Before the read model is built it is events.ErrNotBuilt.
func (q *Queries) Some(ctx context.Context, subject string, ids []uuid.UUID) ([]Customer, int64, error) {
	all, position, err := q.read(ctx, subject, ids)
	found := all[:0]
	for _, customer := range all {
		if customer.Status != "erased" {
			found = append(found, customer)
		}
	}
	return found, position, err
}

// Get is one customer of the subject's, also an erased one, or events.ErrStreamNotFound.
// The position holds for both.
func (q *Queries) Get(ctx context.Context, subject string, id uuid.UUID) (Customer, int64, error) {
	found, position, err := q.read(ctx, subject, []uuid.UUID{id})
	if err == nil && len(found) == 0 {
		err = events.ErrStreamNotFound
	}
	if err != nil {
		return Customer{}, position, err
	}
	return found[0], position, nil
}

func (q *Queries) read(ctx context.Context, subject string, ids []uuid.UUID) (found []Customer, position int64, err error) {
	const known = `SELECT position FROM checkpoints WHERE projection = 'customers' AND built_at IS NOT NULL`
	const sql = `
		SELECT customer_id, subject, name, email, status, version, registered_at, updated_at
		FROM customers WHERE customer_id = ANY ($1) AND subject = $2 ORDER BY registered_at, customer_id`
	given := make([][16]byte, len(ids))
	for i, id := range ids {
		given[i] = id
	}
	// One snapshot for both: rows of a position, and not of one before or after.
	err = pgx.BeginTxFunc(ctx, q.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, known).Scan(&position); err != nil {
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
		_, err = pgx.ForEachRow(rows, []any{&c.ID, &c.Subject, &name, &email, &c.Status, &c.Version, &c.RegisteredAt, &c.UpdatedAt}, func() error {
			c.Name, c.Email = events.AsSealed(name), events.AsSealed(email)
			found = append(found, c)
			return nil
		})
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read customers: %w", err)
	}
	return found, position, nil
}
