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

// waitFor and lockFor limit how long a migration waits for a table. While a migration waits for a
// table, every session that asks for the table later waits, too. For this reason a migration waits
// only for a short time. Then it pauses and tries again, until the transaction that has locked the
// table has ended.
const (
	lockFor  = time.Second
	waitFor  = time.Second // pause between two attempts
	maxTurns = 60
)

// InTurns calls the function in the parameter up again and again, until all missing migrations are
// applied. InTurns returns the number of these migrations. This function must return the migrations
// that it has applied, even if it also returns an error.
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
