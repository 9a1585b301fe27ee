package retry

import (
	"context"
	"time"
)

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
