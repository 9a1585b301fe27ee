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

// Model is a read model, with all that a projector needs to run it.
type Model struct {
	Name   string
	Apply  projection.Apply
	Tables []string
}

// AddTo adds the read model to a projector.
func (m Model) AddTo(projector *projection.Projector) { projector.Add(m.Name, m.Apply, m.Tables...) }

// changed returns a callback for the result of a statement. If the number of rows that the
// statement has changed is not want, the callback returns an error.
func changed(want int) func(pgconn.CommandTag) error {
	return func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() != int64(want) {
			return event.ErrInapplicable
		}
		return nil
	}
}

// answer reads the only row that a query returns. The query returns no row if the projection has
// never reached the end of the log. Then answer returns event.ErrNotBuilt.
func answer(ctx context.Context, pool *pgxpool.Pool, into []any, sql string, args ...any) error {
	err := pool.QueryRow(ctx, sql, args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return event.ErrNotBuilt
	}
	return err
}
