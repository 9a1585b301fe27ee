package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/process/migrate/report"
)

// A migration that waits for a table delays every session that asks for the table later. So it
// waits in short turns for the transaction that is in its way.
const (
	lockFor  = time.Second
	waitFor  = time.Second // between the turns
	maxTurns = 60
)

// InTurns applies the missing migrations by a function that returns what it has applied, also with
// an error, and returns their number.
func InTurns(ctx context.Context, pool *pgxpool.Pool, up func(ctx context.Context, db *sql.DB) ([]string, error), said *report.Report) (count int, err error) {
	db := stdlib.OpenDBFromPool(pool)
	defer func() { err = errors.Join(err, db.Close()) }()
	for turn := 1; ; turn++ {
		applied, err := up(ctx, db)
		count += len(applied)
		if !failure.Is(err, failure.LockNotAvailable) {
			return count, err
		}
		if turn == maxTurns {
			return count, fmt.Errorf("%w; a transaction has been in the way all the time: pg_stat_activity shows it", err)
		}
		said.Line("a table is in use (%d of %d tries): %v", turn, maxTurns, err)
		select {
		case <-ctx.Done():
			return count, ctx.Err()
		case <-time.After(waitFor):
		}
	}
}
