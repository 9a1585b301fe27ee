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

// SpendMemory has garbage collected when the heap is five times what is live, not
// twice, up to 112 MiB of memory in all: what is live is small, and the processor is what runs out
// first. GOGC and GOMEMLIMIT in the environment say otherwise, as in any Go program.
func SpendMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(spent)
	}
}

// TendMemory keeps the limit of SpendMemory at twice what is live and more, until ctx ends, and
// returns nil: collecting garbage all the time would leave nothing for the work.
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

// limitFor leaves as much to garbage as is live, and some to the runtime.
func limitFor(live int64) int64 { return max(spent, 2*live+live/4) }

// live is what the last collection has found, and the stacks.
func live() int64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	total := uint64(0)
	for _, sample := range samples {
		total += sample.Value.Uint64()
	}
	return int64(total)
}
