package datadir

import (
	"fmt"
	"os"

	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// memoryNeeded is the number of bytes that the data of a test may need: a million events and
// PostgreSQL's write-ahead log.
const memoryNeeded = 4 << 30

// Fresh creates a directory that the given account owns. It is meant for a server whose data is
// removed when the server ends.
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

// freshParent returns a directory in memory if it has enough free space, and otherwise a directory
// on disk. In many containers, the directory in memory has only 64 MB.
func freshParent(runAs platform.Account) string {
	const memory = "/dev/shm"
	if platform.FreeSpace(memory) >= memoryNeeded {
		return memory
	}
	if runAs.Drop {
		return "/var/tmp" // perhaps the server's account lacks the right to use TMPDIR
	}
	return os.TempDir()
}
