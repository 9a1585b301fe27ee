package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// again is how long HoldAgain waits between work that has failed and the next attempt to get the
// lock.
const again = 5 * time.Second

// HoldAgain calls Hold again and again until ctx ends. After each failure of the work, or of the
// wait for the lock, it calls failed with the error and the time until the next attempt.
func HoldAgain(ctx context.Context, pool *pgxpool.Pool, name string, failed func(err error, retryIn time.Duration), work func(ctx context.Context, conn *pgx.Conn) error) {
	_ = Backoff{Least: again, Most: again}.Repeat(ctx, func(ctx context.Context) (bool, error) {
		return false, Hold(ctx, pool, name, work)
	}, func(err error, retryIn time.Duration) error {
		failed(err, retryIn)
		return nil
	})
}

// Backoff is the time between retries: Least at first, and twice as long each time, up to Most.
type Backoff struct{ Least, Most time.Duration }

// Repeat calls try again and again until ctx ends, and then returns nil. After each try it calls
// failed with the error and the time until the next one; if failed returns an error, Repeat returns
// it. After a try that has moved something on the backoff begins anew.
func (b Backoff) Repeat(ctx context.Context, try func(ctx context.Context) (moved bool, err error), failed func(err error, retryIn time.Duration) error) error {
	pause := b.Least
	for ctx.Err() == nil {
		moved, err := try(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if moved {
			pause = b.Least
		}
		if err := failed(err, pause); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, b.Most)
	}
	return nil
}
