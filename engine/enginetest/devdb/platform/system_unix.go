//go:build unix

package platform

import (
	"errors"
	"os"
	"syscall"
)

// Supported returns why this system can't run a server of ours; nil if it can.
func Supported() error { return nil }

// FreeSpace returns the bytes that are free in a directory; 0 if there is none.
func FreeSpace(dir string) uint64 {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return 0
	}
	return stat.Bavail * uint64(stat.Bsize) //nolint:gosec,unconvert // the type differs between systems
}

// TryLock takes the file's lock unless another open file has it.
func TryLock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// Alive reports whether a process has this number.
func Alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
