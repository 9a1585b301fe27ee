package devdb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// FakeClock has a server read the time from libfaketime, which adds what a file says at every
// look at the clock. The server's account must be able to read the file.
type FakeClock struct{ file, library string }

// ErrNoFakeClock means that libfaketime is not on this machine.
var ErrNoFakeClock = errors.New("libfaketime is not here: apt-get install libfaketime")

// NewFakeClock makes a clock that is right until Set. It returns ErrNoFakeClock where there is no libfaketime.
func NewFakeClock(file string) (*FakeClock, error) {
	for _, pattern := range []string{"/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib*/faketime/libfaketime.so.1", "/opt/homebrew/lib/faketime/libfaketime.1.dylib"} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			c := &FakeClock{file, found[0]}
			return c, c.Set("+0")
		}
	}
	return nil, ErrNoFakeClock
}

// Environment is what Options needs to have.
func (c *FakeClock) Environment() []string {
	return []string{"LD_PRELOAD=" + c.library, "FAKETIME_TIMESTAMP_FILE=" + c.file, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"}
}

// Set has the clock be off by so much from now on, like +1y, -2d or +30.
func (c *FakeClock) Set(off string) error {
	next := c.file + ".new"
	if err := os.WriteFile(next, []byte(off+"\n"), 0o644); err != nil { //nolint:gosec // for the server's account
		return fmt.Errorf("set the server's clock: %w", err)
	}
	if err := os.Rename(next, c.file); err != nil {
		return fmt.Errorf("set the server's clock: %w", err)
	}
	return nil
}
