package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/retry"
)

// again is how long HoldAgain pauses between work that has failed and the next wait for the lock.
const again = 5 * time.Second

// HoldAgain is Hold until ctx ends: failed is told why work has ended, or why the lock can't be waited for, and
// when it is tried again.
func HoldAgain(ctx context.Context, pool *pgxpool.Pool, name string, failed func(err error, retryIn time.Duration), work func(ctx context.Context, conn *pgx.Conn) error) {
	_ = retry.Backoff{Least: again, Most: again}.Repeat(ctx, func(ctx context.Context) (bool, error) {
		return false, Hold(ctx, pool, name, work)
	}, func(err error, retryIn time.Duration) error {
		failed(err, retryIn)
		return nil
	})
}
