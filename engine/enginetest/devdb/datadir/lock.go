package datadir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// lockName is the name of the lock file in a kept directory. The lock file contains the process id
// of the program that uses the directory.
const lockName = "lock"

// lockDir locks a kept directory for this process. If a living process has the lock, lockDir
// returns an error. Otherwise lockDir waits, because the reaper of a dead process may still have
// the lock. A reaper is the process that stops a server, and it has the lock until the server has
// stopped. So after lockDir returns, the previous server has stopped.
func lockDir(ctx context.Context, dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is built from a constant
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for !platform.TryLock(file) {
		content, _ := io.ReadAll(io.NewSectionReader(file, 0, 32))
		holder, _ := strconv.Atoi(strings.TrimSpace(string(content)))
		if platform.Alive(holder) || ctx.Err() != nil {
			_ = file.Close()
			return nil, fmt.Errorf("the data in %s is in use by process %d: stop that one first", dir, holder)
		}
		time.Sleep(20 * time.Millisecond)
	}
	err = file.Truncate(0)
	_, writeErr := file.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	if err := errors.Join(err, writeErr); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("write lock: %w", err)
	}
	return file, nil
}
