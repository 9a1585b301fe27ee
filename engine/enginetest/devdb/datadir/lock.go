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

// lockName is the name of a kept directory's lock file, which contains the process id of its user.
const lockName = "lock"

// lockDir makes this process the only user of a kept directory. lockDir waits for the lock unless a
// living process has the lock; in that case lockDir returns an error. The reaper shares the lock,
// which ends with the last of both processes, even by kill -9. Because of that lock, the next
// process that gets the lock knows that nobody is still stopping the previous server.
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
