package platform

import (
	"errors"
	"os"
)

// Supported returns why this system can't run a server of ours: ServerAccount fails with it.
func Supported() error {
	return errors.New("this needs Linux, macOS or WSL 2: on Windows, clone and run it inside WSL 2")
}

// FreeSpace returns 0: no directory here is for a server.
func FreeSpace(string) uint64 { return 0 }

// TryLock takes no lock.
func TryLock(*os.File) bool { return false }

// Alive returns false.
func Alive(int) bool { return false }
