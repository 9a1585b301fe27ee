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
	mostLockWait = 90 * time.Second // longest time for which a process waits for the lock of a key file
	lockPause    = 100 * time.Millisecond
)

// isStill reports whether a name still refers to the open file. If the name refers to no file or to
// another file, somebody has removed the open file, and other processes lock a new file.
func isStill(file *os.File, name string) bool {
	ours, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(name)
	return err == nil && os.SameFile(ours, there)
}

// lockFile locks a key file, so that no other process on this host changes it. The lock is on a
// separate file in the same directory, because the key file itself is replaced.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	name := path + ".lock"
	for ends := time.Now().Add(mostLockWait); ; {
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator chooses the path
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

// With calls the function do while this process has the lock of the operator's key file. No other
// process on this host changes the file meanwhile. The function do gets the path of the key file
// with all links resolved.
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
