package keyfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes the file's lock unless another open file has it. It ends with the file.
func tryLock(file *os.File) (free bool, err error) {
	err = windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// readableLike leaves the rights to the directory, from which files have them.
func readableLike(*os.File, string) error { return nil }

func ownedLike(*os.File, string) {}

// syncDir does nothing: a directory can't be flushed.
func syncDir(string) error { return nil }
