//go:build linux

package interval

import (
	"context"
	"math/rand/v2"
	"time"
)

// Between returns a random duration between from and to.
func Between(random *rand.Rand, from, to time.Duration) time.Duration {
	return from + time.Duration(random.Int64N(int64(to-from)))
}

// Pause waits for a duration, or until ctx ends.
func Pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
