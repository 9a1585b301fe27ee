package ops

import (
	"os"
	"runtime/debug"
)

// SpendMemory has garbage collected when the heap is five times what is live, not
// twice, up to 256 MiB: what is live is small, and the processor is what runs out
// first. GOGC and GOMEMLIMIT in the environment say otherwise, as in any Go program.
func SpendMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(256 << 20)
	}
}
