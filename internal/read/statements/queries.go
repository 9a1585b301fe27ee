package statements

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
)

// Queries reads the tables statements and statement_lines.
type Queries struct{ statements *position.Model }

// NewQueries returns Queries on a pool, which may connect to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{position.NewModel(pool, Name)} }

// Page is one page of an account's statement.
type Page struct {
	Lines  []Line
	More   bool  // more lines follow
	Parked int64 // position at which the account's stream is parked: lines from there on are missing; 0: not parked
}

// Lines returns at most limit movements after the version afterVersion (0: from the first
// movement), and the position of the log up to which these movements include all events. The
// position and the movements are read at the same moment, even if a rebuild replaces the tables
// meanwhile. If the subject has no such account, Lines returns event.ErrStreamNotFound. The
// returned position and the field Parked are valid even then. Until the read model is built, Lines
// returns event.ErrNotBuilt.
func (q *Queries) Lines(ctx context.Context, subject string, accountID uuid.UUID, afterVersion int64, limit int) (page Page, reflects int64, err error) {
	const sql = `
		SELECT s.subject, l.position, l.version, l.kind, l.amount, l.balance, l.reference, l.occurred_at
		FROM statements s
		LEFT JOIN LATERAL (
		    SELECT position, version, kind, amount, balance, reference, occurred_at
		    FROM statement_lines WHERE account_id = s.account_id AND s.subject = $4 AND version > $2 ORDER BY version LIMIT $3
		) l ON true
		WHERE s.account_id = $1 ORDER BY l.version`
	var owner string
	var line Line
	page.Lines = []Line{}
	question := position.Question{SQL: sql, Args: []any{accountID, afterVersion, limit + 1, subject}, Streams: []uuid.UUID{accountID}}
	found := false
	at, err := q.statements.Read(ctx, question, append([]any{&owner}, line.orNone()...), func() error {
		found = true
		if line.Version > 0 { // a statement may have no lines
			page.Lines = append(page.Lines, line)
		}
		return nil
	})
	switch {
	case err != nil:
		return Page{}, 0, err
	case found && owner != subject:
		return page, at.Position, event.ErrStreamNotFound
	}
	page.Parked = at.Parked[accountID]
	if !found {
		return page, at.Position, event.ErrStreamNotFound
	}
	if len(page.Lines) > limit {
		page.Lines, page.More = page.Lines[:limit], true
	}
	return page, at.Position, nil
}

// orNone returns scan targets for a line. All columns of the line may be NULL.
func (l *Line) orNone() []any {
	return []any{
		(*zeronull.Int8)(&l.Position), (*zeronull.Int8)(&l.Version), (*zeronull.Text)(&l.Kind), (*zeronull.Int8)(&l.Amount),
		(*zeronull.Int8)(&l.Balance), (*zeronull.Text)(&l.Reference), (*zeronull.Timestamptz)(&l.OccurredAt),
	}
}
