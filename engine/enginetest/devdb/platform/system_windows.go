package platform

import (
	"errors"
	"os"
)

// Supported returns why this system can't run a server. ServerAccount fails with that error.
func Supported() error {
	return errors.New("this needs Linux, macOS or WSL 2: on Windows, clone and run it inside WSL 2")
}

// FreeSpace returns 0, since no directory can hold a server here.
func FreeSpace(string) uint64 { return 0 }

// TryLock returns false, and takes no lock.
func TryLock(*os.File) bool { return false }

// Alive returns false, whatever the number.
func Alive(int) bool { return false }
