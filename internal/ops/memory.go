package ops

import (
	"os"
	"runtime/debug"
)

// SpendMemory has garbage collected when the heap is five times what is live, not
// twice: what is live is small, and the processor is what runs out first. GOGC and
// GOMEMLIMIT in the environment say otherwise, as in any Go program.
func SpendMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
