package statements

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
)

// Queries reads statements.
type Queries struct{ pool *pgxpool.Pool }

// NewQueries makes Queries on a pool, which may lead to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{pool} }

// Lines are at most limit movements after a version (0: from the first), whether
// there are more, and the position they reflect. An account that this read model
// does not know is events.ErrStreamNotFound; the position holds for that, too.
func (q *Queries) Lines(ctx context.Context, accountID uuid.UUID, afterVersion int64, limit int) ([]Line, bool, int64, error) {
	const known = `
		SELECT c.position, EXISTS (SELECT FROM statements WHERE account_id = $1)
		FROM checkpoints c WHERE c.projection = 'statements'`
	const page = `
		SELECT position, version, kind, amount, balance, reference, occurred_at
		FROM statement_lines WHERE account_id = $1 AND version > $2 ORDER BY version LIMIT $3`
	var position int64
	var found bool
	var lines []Line
	err := pgx.BeginTxFunc(ctx, q.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		work.Queue(known, accountID).QueryRow(func(row pgx.Row) error { return row.Scan(&position, &found) })
		work.Queue(page, accountID, afterVersion, limit+1).Query(func(rows pgx.Rows) (err error) {
			lines, err = pgx.CollectRows(rows, pgx.RowToStructByName[Line])
			return err
		})
		return tx.SendBatch(ctx, work).Close()
	})
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows): // no row: no projector has ever run
		return nil, false, 0, fmt.Errorf("read statement: %w", err)
	case !found:
		return nil, false, position, events.ErrStreamNotFound
	case len(lines) > limit:
		return lines[:limit], true, position, nil
	}
	return lines, false, position, nil
}
