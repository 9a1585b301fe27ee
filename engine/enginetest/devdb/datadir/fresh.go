package datadir

import (
	"fmt"
	"os"

	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// memoryNeeded is how much memory tests may need: for a million events and their write-ahead log.
const memoryNeeded = 4 << 30

// Fresh makes a directory of the account's for a server whose data is removed with it.
func Fresh(runAs platform.Account) (string, error) {
	dir, err := os.MkdirTemp(freshParent(runAs), "pgcqrs-test-")
	if err != nil {
		return "", fmt.Errorf("make directory for the data: %w", err)
	}
	if err := runAs.Owns(dir); err != nil {
		return "", fmt.Errorf("give data directory to the server's account: %w", err)
	}
	return dir, nil
}

// freshParent returns a directory in memory, if there is enough: containers often have 64 MB.
func freshParent(runAs platform.Account) string {
	const memory = "/dev/shm"
	if platform.FreeSpace(memory) >= memoryNeeded {
		return memory
	}
	if runAs.Drop {
		return "/var/tmp" // the server's account may not be allowed to use TMPDIR
	}
	return os.TempDir()
}
