package statements

import (
	"context"
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
// there are more, and the position they reflect, all read in one statement and so of
// one moment, also while a rebuild changes the tables. An account that is not in this
// read model, or not the subject's, is events.ErrStreamNotFound; the position holds for
// that, too. Before the read model is built it is events.ErrNotBuilt.
func (q *Queries) Lines(ctx context.Context, subject string, accountID uuid.UUID, afterVersion int64, limit int) ([]Line, bool, int64, error) {
	const sql = `
		SELECT c.position, s.account_id IS NOT NULL, coalesce(l.position, 0), coalesce(l.version, 0), coalesce(l.kind, ''),
		       coalesce(l.amount, 0), coalesce(l.balance, 0), coalesce(l.reference, ''), coalesce(l.occurred_at, 'epoch')
		FROM checkpoints c LEFT JOIN statements s ON s.account_id = $1 AND s.subject = $4 LEFT JOIN LATERAL (
		    SELECT position, version, kind, amount, balance, reference, occurred_at
		    FROM statement_lines WHERE account_id = s.account_id AND version > $2 ORDER BY version LIMIT $3
		) l ON true
		WHERE c.projection = 'statements' AND c.built_at IS NOT NULL ORDER BY l.version`
	rows, err := q.pool.Query(ctx, sql, accountID, afterVersion, limit+1, subject)
	if err != nil {
		return nil, false, 0, fmt.Errorf("read statement: %w", err)
	}
	var position int64
	var known bool
	var line Line
	lines := []Line{}
	tag, err := pgx.ForEachRow(rows, []any{
		&position, &known, &line.Position, &line.Version, &line.Kind, &line.Amount, &line.Balance, &line.Reference, &line.OccurredAt,
	}, func() error {
		if line.Version > 0 {
			lines = append(lines, line)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, false, 0, fmt.Errorf("read statement: %w", err)
	case tag.RowsAffected() == 0:
		return nil, false, 0, events.ErrNotBuilt
	case !known:
		return nil, false, position, events.ErrStreamNotFound
	case len(lines) > limit:
		return lines[:limit], true, position, nil
	}
	return lines, false, position, nil
}
