package devdb

import (
	"fmt"
	"os"
	"syscall"
)

// memoryNeeded is what tests may need: a million events and their write-ahead log.
const memoryNeeded = 4 << 30

// makeDir gives the server its directory: the kept one, or a fresh one.
func (s *Server) makeDir() (err error) {
	if s.options.Keep != nil {
		s.Dir = s.options.Keep.Dir
		return nil
	}
	if s.Dir, err = os.MkdirTemp(s.freshParent(), "pgcqrs-test-"); err != nil {
		return fmt.Errorf("make directory for the data: %w", err)
	}
	if err := s.account.owns(s.Dir); err != nil {
		return fmt.Errorf("give data directory to the server's account: %w", err)
	}
	return nil
}

// freshParent is memory, where there is enough of it: containers often have 64 MB.
func (s *Server) freshParent() string {
	const memory = "/dev/shm"
	var stat syscall.Statfs_t
	if err := syscall.Statfs(memory, &stat); err == nil && stat.Bavail*uint64(stat.Bsize) >= memoryNeeded { //nolint:gosec,unconvert // the type differs between systems
		return memory
	}
	if s.account.drop {
		return "/var/tmp" // TMPDIR may be closed to the server's account
	}
	return os.TempDir()
}
