package line

import (
	"context"
	"math/rand/v2"
	"time"
)

// BackOff waits after a conflict with another process. It waits for a random time, which is at most
// the parameter most. The time is random so that two processes do not conflict again and again at
// the same moment. If ctx ends first, BackOff returns the error of ctx.
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
