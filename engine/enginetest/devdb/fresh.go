package devdb

import (
	"fmt"
	"os"
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
	if freeSpace(memory) >= memoryNeeded {
		return memory
	}
	if s.account.drop {
		return "/var/tmp" // TMPDIR may be closed to the server's account
	}
	return os.TempDir()
}
