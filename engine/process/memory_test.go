package process

import (
	"context"
	"math"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

// The memory limit grows with the live memory. If the live memory were larger than the limit, the
// process would spend all its time on garbage collection.
func TestTheLimitOfMemoryFollowsWhatIsLive(t *testing.T) {
	defer debug.SetMemoryLimit(math.MaxInt64)
	t.Setenv("GOMEMLIMIT", "")
	t.Setenv("GOGC", "100")
	SpendMemory()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- TendMemory(ctx) }()
		held := make([][]byte, 8)
		for i := range held {
			held[i] = make([]byte, spent/8)
		}
		for debug.SetMemoryLimit(-1) < 2*spent { // until a collection has measured the live memory
			debug.FreeOSMemory()
			time.Sleep(time.Second) //nolint:forbidigo // the sleep uses the bubble's clock
		}
		clear(held)
		for debug.SetMemoryLimit(-1) != spent {
			debug.FreeOSMemory()
			time.Sleep(time.Second) //nolint:forbidigo // the sleep uses the bubble's clock
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
