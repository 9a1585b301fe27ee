package process

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// spent is a size of memory in bytes. Above this size, a process collects garbage more often.
const spent = 112 << 20

// SpendMemory makes garbage collections rare. As long as the process uses at most 112 MiB, a
// collection starts when the heap is five times as large as the live memory. By default a
// collection starts when it is twice as large. SpendMemory saves processor time at the cost of
// memory: the live memory is small, and the process runs out of processor time before it runs out
// of memory. GOGC and GOMEMLIMIT in the environment take precedence, as in any Go program.
func SpendMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(spent)
	}
}

// TendMemory keeps the memory limit at 112 MiB, or at 2.25 times the live memory if that is more.
// When ctx ends, TendMemory returns nil. If GOMEMLIMIT is set, TendMemory returns nil immediately.
// With a fixed limit, a process with much live memory would spend all its processor time on garbage
// collection.
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

// limitFor returns the memory limit for an amount of live memory. For garbage, the limit leaves as
// much memory as is live; for the runtime, it leaves a quarter of the live memory.
func limitFor(live int64) int64 { return max(spent, 2*live+live/4) }

// live returns the size of the heap that was live at the last collection plus the size of the
// stacks.
func live() int64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	total := uint64(0)
	for _, sample := range samples {
		total += sample.Value.Uint64()
	}
	return int64(total)
}
