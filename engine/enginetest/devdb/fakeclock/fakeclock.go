package fakeclock

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Clock makes a server read the time from libfaketime, which adds the offset that a file holds. The
// server's account must be able to read the file.
type Clock struct {
	file, preload string
	seen          time.Duration
}

// ErrNone means that libfaketime is not on this machine.
var ErrNone = errors.New("libfaketime is not here: apt-get install libfaketime")

// New makes a clock that is right until Set, or returns ErrNone if libfaketime is missing. Each
// process of the server notices a Set within seen, which is whole seconds and at least two. With 0
// it notices a Set at once, which makes statements slow: each look at the clock opens the file.
func New(file string, seen time.Duration) (*Clock, error) {
	for _, pattern := range []string{"/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib*/faketime/libfaketime.so.1", "/opt/homebrew/lib/faketime/libfaketime.1.dylib"} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			c := &Clock{file, found[0], seen}
			return c, c.Set("+0")
		}
	}
	return nil, ErrNone
}

// Environment returns the variables that the server must start with.
func (c *Clock) Environment() []string {
	reads := "FAKETIME_NO_CACHE=1"
	if c.seen > 0 {
		reads = fmt.Sprintf("FAKETIME_CACHE_DURATION=%d", int(c.seen/time.Second)-1) // the file is read again once that many whole seconds are over
	}
	return []string{"LD_PRELOAD=" + c.preload, "FAKETIME_TIMESTAMP_FILE=" + c.file, reads, "FAKETIME_DONT_FAKE_MONOTONIC=1"}
}

// Set shifts the clock by an offset from now on, like +1y, -2d or +30.
func (c *Clock) Set(off string) error {
	next := c.file + ".new"
	if err := os.WriteFile(next, []byte(off+"\n"), 0o644); err != nil { //nolint:gosec // for the server's account
		return fmt.Errorf("set the server's clock: %w", err)
	}
	if err := os.Rename(next, c.file); err != nil {
		return fmt.Errorf("set the server's clock: %w", err)
	}
	return nil
}
