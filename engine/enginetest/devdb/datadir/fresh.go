package datadir

import (
	"fmt"
	"os"

	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// memoryNeeded is what tests may need: a million events and their write-ahead log.
const memoryNeeded = 4 << 30

// Fresh makes a directory of the account's for a server that goes with its data.
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

// freshParent is memory, where there is enough of it: containers often have 64 MB.
func freshParent(runAs platform.Account) string {
	const memory = "/dev/shm"
	if platform.FreeSpace(memory) >= memoryNeeded {
		return memory
	}
	if runAs.Drop {
		return "/var/tmp" // TMPDIR may be closed to the server's account
	}
	return os.TempDir()
}
