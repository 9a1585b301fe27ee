package keyfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock tries to lock a file, and returns false if the lock is already taken. The lock ends when
// the file is closed.
func tryLock(file *os.File) (free bool, err error) {
	err = windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// readableLike does nothing: on Windows, a file gets the rights of its directory.
func readableLike(*os.File, string) error { return nil }

func ownedLike(*os.File, string) {}

// syncDir does nothing: Windows can't flush a directory.
func syncDir(string) error { return nil }
