package reconcile

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/projection/checkpoint"
)

// Reconciled says whether one projection was given every event of the log exactly once.
type Reconciled struct {
	Projection    string       `json:"projection"`
	Position      int64        `json:"position"`
	ReconciledTo  int64        `json:"reconciled_to"`  // last position that was compared with the log
	Compared      int64        `json:"compared"`       // number of positions that this call has compared with the log
	Differences   []Difference `json:"differences"`    // all differences that no operator has settled, found now or earlier
	NotReconciled []Span       `json:"not_reconciled"` // positions for which no process has recorded what was applied
}

// Difference is a range of positions in which the events that the projection has applied differ
// from the events of the log.
type Difference struct {
	First   int64     `json:"first"`
	Last    int64     `json:"last"`
	Missing int64     `json:"missing"` // events that were not applied; negative: events that were applied too often; 0: equal numbers of both
	Seen    time.Time `json:"seen"`
}

// Span has the positions from First to Last.
type Span struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// findings reads all stored differences of a projection.
func findings(ctx context.Context, conn *pgx.Conn, projection string, compared int64) (Reconciled, error) {
	const position = `
		SELECT coalesce((SELECT position FROM checkpoints WHERE projection = $1), 0),
		       coalesce((SELECT max(last_position) FROM applied_ranges WHERE projection = $1 AND reconciled_at IS NOT NULL), 0)`
	const differences = `
		SELECT first_position AS first, last_position AS last, missing, coalesce(reconciled_at, waits_since) AS seen
		FROM applied_ranges WHERE projection = $1 AND differs AND accepted_at IS NULL ORDER BY first_position`
	const gaps = `
		SELECT before + 1 AS first, first_position - 1 AS last
		FROM (SELECT first_position, lag(last_position, 1, 0::bigint) OVER (ORDER BY first_position) AS before
		      FROM (SELECT first_position, last_position FROM applied_ranges WHERE projection = $1
		            UNION ALL SELECT position + 1, position + 1 FROM checkpoints WHERE projection = $1) all_ranges) r
		WHERE first_position > before + 1 ORDER BY first_position`
	found := Reconciled{Projection: projection, Compared: compared}
	look := &pgx.Batch{}
	look.BeginTx(pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	look.Queue(position, projection).QueryRow(func(row pgx.Row) error { return row.Scan(&found.Position, &found.ReconciledTo) })
	look.Queue(differences, projection).Query(func(rows pgx.Rows) (err error) {
		found.Differences, err = pgx.CollectRows(rows, pgx.RowToStructByName[Difference])
		return err
	})
	look.Queue(gaps, projection).Query(func(rows pgx.Rows) (err error) {
		found.NotReconciled, err = pgx.CollectRows(rows, pgx.RowToStructByName[Span])
		return err
	})
	if err := checkpoint.Commit(ctx, conn, look); err != nil {
		return found, fmt.Errorf("read what reconciling found: %w", err)
	}
	return found, nil
}
