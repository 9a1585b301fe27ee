package retry

import (
	"context"
	"time"
)

// Backoff has the bounds of the pause between tries. The pause is Least at first, and doubles after
// each try, up to Most.
type Backoff struct{ Least, Most time.Duration }

// Repeat calls the function try repeatedly until ctx ends, and then returns nil. After each try,
// Repeat calls the function failed with the error of the try and the time until the next try. If
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

// Pause waits for the duration d, or until ctx ends if that is earlier. If d is 0, Pause returns at
// once.
func Pause(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
