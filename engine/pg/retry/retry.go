package retry

import (
	"context"
	"time"
)

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
		Pause(ctx, pause)
		pause = min(2*pause, b.Most)
	}
	return nil
}

// Pause returns after d, at once where d is 0, or when ctx ends.
func Pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
