package statements

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
)

// Queries reads statements.
type Queries struct{ pool *pgxpool.Pool }

// NewQueries makes Queries on a pool, which may lead to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{pool} }

// Page is a part of a statement.
type Page struct {
	Lines  []Line
	More   bool  // there are lines after these
	Parked int64 // the position that the account's stream is parked at: lines are missing from there on; 0: it is not
}

// Lines returns at most limit movements after a version (0: from the first), and the
// position that they reflect, all read in one statement and so of one moment, also
// while a rebuild changes the tables. An account that is not in this read model, or
// not the subject's, is event.ErrStreamNotFound; the position holds for that, too, and
// so does Parked. Before the read model is built it is event.ErrNotBuilt.
func (q *Queries) Lines(ctx context.Context, subject string, accountID uuid.UUID, afterVersion int64, limit int) (page Page, position int64, err error) {
	const sql = `
		SELECT c.position, coalesce(s.subject = $4, false), coalesce(k.position, 0), coalesce(l.position, 0), coalesce(l.version, 0), coalesce(l.kind, ''),
		       coalesce(l.amount, 0), coalesce(l.balance, 0), coalesce(l.reference, ''), coalesce(l.occurred_at, 'epoch')
		FROM checkpoints c
		LEFT JOIN statements s ON s.account_id = $1
		LEFT JOIN parked_streams k ON k.projection = 'statements' AND k.stream_id = $1 AND coalesce(s.subject = $4, true)
		LEFT JOIN LATERAL (
		    SELECT position, version, kind, amount, balance, reference, occurred_at
		    FROM statement_lines WHERE account_id = s.account_id AND s.subject = $4 AND version > $2 ORDER BY version LIMIT $3
		) l ON true
		WHERE c.projection = 'statements' AND c.built_at IS NOT NULL ORDER BY l.version`
	rows, err := q.pool.Query(ctx, sql, accountID, afterVersion, limit+1, subject)
	if err != nil {
		return Page{}, 0, fmt.Errorf("read statement: %w", err)
	}
	var known bool
	var line Line
	page.Lines = []Line{}
	tag, err := pgx.ForEachRow(rows, []any{
		&position, &known, &page.Parked, &line.Position, &line.Version, &line.Kind, &line.Amount, &line.Balance, &line.Reference, &line.OccurredAt,
	}, func() error {
		if line.Version > 0 {
			page.Lines = append(page.Lines, line)
		}
		return nil
	})
	switch {
	case err != nil:
		return Page{}, 0, fmt.Errorf("read statement: %w", err)
	case tag.RowsAffected() == 0:
		return Page{}, 0, event.ErrNotBuilt
	case !known:
		return page, position, event.ErrStreamNotFound
	case len(page.Lines) > limit:
		page.Lines, page.More = page.Lines[:limit], true
	}
	return page, position, nil
}
