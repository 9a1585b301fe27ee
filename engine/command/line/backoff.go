package line

import (
	"context"
	"math/rand/v2"
	"time"
)

// BackOff waits after a conflict with another process for a random time that is shorter than most,
// so that processes that compete do not meet again in step. If ctx ends first, BackOff returns its
// error.
func BackOff(ctx context.Context, most time.Duration) error {
	timer := time.NewTimer(rand.N(most)) //nolint:gosec // G404: nobody gains anything by guessing the time
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
