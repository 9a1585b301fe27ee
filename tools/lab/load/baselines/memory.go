package baselines

import (
	"fmt"
	"strconv"
	"strings"
)

// peakMemory is the most that a process has held at once, in MB; 0 where the kernel
// does not say.
func (p *child) peakMemory() float64 {
	value := fieldOf(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid), "VmHWM")
	kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(value, " kB"), 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024 / 1e6
}
