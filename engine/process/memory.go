package process

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// spent is how much memory a process takes before it collects garbage harder.
const spent = 112 << 20

// SpendMemory makes the garbage collector wait until the heap is five times the live memory,
// instead of twice, up to 112 MiB in total: the live memory is small, and the processor is the
// first to run out. GOGC and GOMEMLIMIT in the environment take precedence, as in any Go program.
func SpendMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(spent)
	}
}

// TendMemory raises the limit of SpendMemory with the live memory, to over twice as much, until ctx
// ends, and returns nil: collecting garbage all the time would leave no processor time for the
// work.
func TendMemory(ctx context.Context) error {
	if os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for limit := int64(spent); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if wanted := limitFor(live()); wanted > limit || wanted < limit/4*3 {
				limit = wanted
				debug.SetMemoryLimit(limit)
			}
		}
	}
}

// limitFor leaves as much memory to garbage as is live, and some to the runtime.
func limitFor(live int64) int64 { return max(spent, 2*live+live/4) }

// live returns the live memory at the last collection, and the stacks.
func live() int64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	total := uint64(0)
	for _, sample := range samples {
		total += sample.Value.Uint64()
	}
	return int64(total)
}
