//go:build unix

package keyfile

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// tryLock tries to lock a file, and returns false if the lock is already taken. The lock ends when
// the file is closed.
func tryLock(file *os.File) (free bool, err error) {
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}

// readableLike gives a temporary file the owner, the group and the mode of the file at path. The
// temporary file will replace that file. If there is no file at path, readableLike does nothing.
func readableLike(file *os.File, path string) error {
	like, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := chownLike(file, like); err != nil {
		return fmt.Errorf("%s would have another owner or group, and others might not read it any more: do this as its owner, or as root: %w", path, err)
	}
	return file.Chmod(like.Mode().Perm())
}

// ownedLike tries to give a lock file the owner of the key file at path. Everybody who may change
// the key file must be able to lock it.
func ownedLike(file *os.File, path string) {
	if like, err := os.Stat(path); err == nil {
		_ = chownLike(file, like)
	}
}

func chownLike(file *os.File, like os.FileInfo) error {
	now, err := file.Stat()
	if err != nil {
		return err
	}
	was, ok := like.Sys().(*syscall.Stat_t)
	is, okToo := now.Sys().(*syscall.Stat_t)
	if !ok || !okToo || was.Uid == is.Uid && was.Gid == is.Gid {
		return nil
	}
	return file.Chown(int(was.Uid), int(was.Gid))
}

// syncDir writes a directory to disk, so that the names of its files survive a crash.
func syncDir(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the operator chooses the path
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	err = errors.Join(dir.Sync(), dir.Close())
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}
