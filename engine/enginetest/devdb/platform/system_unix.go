//go:build unix

package platform

import (
	"errors"
	"os"
	"syscall"
)

// Supported returns nil, because this system can run a server.
func Supported() error { return nil }

// FreeSpace returns the number of free bytes in a directory, or 0 if the directory does not exist.
func FreeSpace(dir string) uint64 {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return 0
	}
	return stat.Bavail * uint64(stat.Bsize) //nolint:gosec,unconvert // the type differs between systems
}

// TryLock locks a file and returns true. If another open file has the lock, TryLock returns false
// immediately.
func TryLock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// Alive reports whether a process with this process id exists.
func Alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
