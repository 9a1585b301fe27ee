package fakeclock

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Clock is the clock of a server that runs with the library libfaketime. The library reads an
// offset from a file and adds it to the time. The server's account must be able to read this file.
type Clock struct {
	file, preload string
	seen          time.Duration
}

// ErrNone means that libfaketime is not installed on this machine.
var ErrNone = errors.New("libfaketime is not here: apt-get install libfaketime")

// New returns a Clock without an offset, or ErrNone if libfaketime is missing. The parameter seen
// is the time within which the server's processes notice a call of Set: 0, or at least two whole
// seconds. If seen is 0, statements are slow, because the server reads the file whenever it reads
// the clock.
func New(file string, seen time.Duration) (*Clock, error) {
	for _, pattern := range []string{"/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib*/faketime/libfaketime.so.1", "/opt/homebrew/lib/faketime/libfaketime.1.dylib"} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			c := &Clock{file, found[0], seen}
			return c, c.Set("+0")
		}
	}
	return nil, ErrNone
}

// Environment returns the environment variables that the server needs at its start.
func (c *Clock) Environment() []string {
	reads := "FAKETIME_NO_CACHE=1"
	if c.seen > 0 {
		reads = fmt.Sprintf("FAKETIME_CACHE_DURATION=%d", int(c.seen/time.Second)-1) // libfaketime reads the file again after that many whole seconds
	}
	return []string{"LD_PRELOAD=" + c.preload, "FAKETIME_TIMESTAMP_FILE=" + c.file, reads, "FAKETIME_DONT_FAKE_MONOTONIC=1"}
}

// Set shifts the clock by an offset from now on. Examples of an offset are +1y (one year forward),
// -2d (two days back) and +30 (30 seconds forward).
func (c *Clock) Set(off string) error {
	next := c.file + ".new"
	if err := os.WriteFile(next, []byte(off+"\n"), 0o644); err != nil { //nolint:gosec // the server's account must be able to read the file
		return fmt.Errorf("set the server's clock: %w", err)
	}
	if err := os.Rename(next, c.file); err != nil {
		return fmt.Errorf("set the server's clock: %w", err)
	}
	return nil
}
