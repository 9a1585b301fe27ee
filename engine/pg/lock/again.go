package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/retry"
)

// again is how long HoldAgain waits between work that has failed and the next attempt to get the
// lock.
const again = 5 * time.Second

// HoldAgain calls Hold again and again until ctx ends. After each failure of the work, or of the
// wait for the lock, it calls failed with the error and the time until the next attempt.
func HoldAgain(ctx context.Context, pool *pgxpool.Pool, name string, failed func(err error, retryIn time.Duration), work func(ctx context.Context, conn *pgx.Conn) error) {
	_ = retry.Backoff{Least: again, Most: again}.Repeat(ctx, func(ctx context.Context) (bool, error) {
		return false, Hold(ctx, pool, name, work)
	}, func(err error, retryIn time.Duration) error {
		failed(err, retryIn)
		return nil
	})
}
