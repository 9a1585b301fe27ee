package tank

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
)

// Model is a read model as a projector takes it.
type Model struct {
	Name   string
	Apply  projection.Apply
	Tables []string
}

// AddTo has a projector keep the model.
func (m Model) AddTo(projector *projection.Projector) { projector.Add(m.Name, m.Apply, m.Tables...) }

// changed is what a statement must do that has so many rows to change.
func changed(want int) func(pgconn.CommandTag) error {
	return func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != int64(want) {
			return event.ErrInapplicable
		}
		return nil
	}
}

// answer reads the one row of a query, which has none before its read model is built.
func answer(ctx context.Context, pool *pgxpool.Pool, into []any, sql string, args ...any) error {
	err := pool.QueryRow(ctx, sql, args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return event.ErrNotBuilt
	}
	return err
}
