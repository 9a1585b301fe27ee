package drive

import (
	"syscall"
	"time"
)

// pause sleeps by a system call, because the timers of an idle Go program may be a millisecond
// late. Many answers take less time than that.
func pause(d time.Duration) {
	left := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&left, nil) // a signal ends the sleep early, and the step begins slightly early
}
