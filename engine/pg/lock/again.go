package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/retry"
)

// again is the pause between the end of one call of Hold and the next call of Hold.
const again = 5 * time.Second

// HoldAgain calls Hold again and again until ctx ends. If the work or the wait for the lock fails,
// HoldAgain calls the function failed with the error and the time until its next attempt.
func HoldAgain(ctx context.Context, pool *pgxpool.Pool, name string, failed func(err error, retryIn time.Duration), work func(ctx context.Context, conn *pgx.Conn) error) {
	_ = retry.Backoff{Least: again, Most: again}.Repeat(ctx, func(ctx context.Context) (bool, error) {
		return false, Hold(ctx, pool, name, work)
	}, func(err error, retryIn time.Duration) error {
		failed(err, retryIn)
		return nil
	})
}
