package lock

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// again is how long HoldAgain pauses between work that has failed and the next wait for the lock.
const again = 5 * time.Second

// HoldAgain is Hold until ctx ends: failed is told why work has ended, or why the lock can't be waited for, and
// when it is tried again.
func HoldAgain(ctx context.Context, pool *pgxpool.Pool, name string, failed func(err error, retryIn time.Duration), work func(ctx context.Context, conn *pgx.Conn) error) {
	_ = Backoff{Least: again, Most: again}.Repeat(ctx, func(ctx context.Context) (bool, error) {
		return false, Hold(ctx, pool, name, work)
	}, func(err error, retryIn time.Duration) error {
		failed(err, retryIn)
		return nil
	})
}

// Backoff is how long to pause between tries: the least at first, and twice as long each time, up to the most.
type Backoff struct{ Least, Most time.Duration }

// Repeat tries again and again until ctx ends, and then returns nil. After each try that has ended failed is told
// why, and when the next one begins; an error that it returns ends all, and is Repeat's. A try that has moved
// something on has the pauses begin anew.
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
