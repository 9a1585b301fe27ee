package retry

import (
	"context"
	"time"
)

// Backoff is the pause between tries: Least at first, then twice as long after each try, up to
// Most.
type Backoff struct{ Least, Most time.Duration }

// Repeat calls the function try repeatedly until ctx ends, and then returns nil. After each try,
// Repeat calls the function failed with the error of the try and the time until the next try; if
// failed returns an error, Repeat returns that error. After a try that reports progress, the pause
// is Least again.
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

// Pause returns after the time d, or earlier when ctx ends. If d is 0, Pause returns at once.
func Pause(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
