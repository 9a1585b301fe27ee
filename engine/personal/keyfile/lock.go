package keyfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	mostLockWait = 90 * time.Second // another process may wait for the locks of the database meanwhile
	lockPause    = 100 * time.Millisecond
)

// isStill reports whether the name still belongs to the file. Otherwise somebody has removed the
// file, and others lock a new one.
func isStill(file *os.File, name string) bool {
	ours, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(name)
	return err == nil && os.SameFile(ours, there)
}

// lockFile keeps other processes on this host from changing a key file. It locks a file beside it,
// because the key file itself is replaced.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	name := path + ".lock"
	for ends := time.Now().Add(mostLockWait); ; {
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is the operator's
		if err != nil {
			return nil, fmt.Errorf("lock key: %w", err)
		}
		ownedLike(file, path)
		free, err := tryLock(file)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock key: %s: %w", name, err), file.Close())
		}
		if free && isStill(file, name) {
			return func() { _ = file.Close() }, nil
		}
		_ = file.Close()
		if time.Now().After(ends) {
			return nil, fmt.Errorf("another process has been changing %s for %v, and keeps %s locked: end it, if it hangs", path, mostLockWait, name)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("another process keeps %s locked: %w", name, ctx.Err())
		case <-time.After(lockPause):
		}
	}
}

// With runs do while no other process on this host changes the operator's key file. do gets the
// path that links point to.
func With(ctx context.Context, named string, do func(path string) error) error {
	path, err := filepath.EvalSymlinks(named)
	if err != nil {
		return fmt.Errorf("read key: %w", err)
	}
	unlock, err := lockFile(ctx, path)
	if err != nil {
		return err
	}
	defer unlock()
	return do(path)
}
