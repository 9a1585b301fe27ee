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

// lockFor limits how long a migration waits for a table that another transaction has locked. While
// the migration waits, every session that asks for the table later waits, too. For this reason the
// migration waits only for a short time. Then it pauses for waitFor and tries again. After maxTurns
// attempts, migrate fails.
const (
	lockFor  = time.Second
	waitFor  = time.Second // pause between two attempts
	maxTurns = 60
)

// InTurns calls the function up, which applies the missing migrations. If up fails because a table
// is locked, InTurns calls up again after a pause, at most maxTurns times in all. The function up
// must return the migrations that it has applied, even if it also returns an error. InTurns returns
// the number of applied migrations.
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
