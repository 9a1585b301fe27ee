package drive

import (
	"syscall"
	"time"
)

// pause sleeps in the kernel: an idle Go program's own timers come up to a
// millisecond late, which is more than many an answer takes.
func pause(d time.Duration) {
	left := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&left, nil) // a signal ends it early, and the step begins early by less than that
}
