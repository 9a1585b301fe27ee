package platform

import (
	"errors"
	"os"
)

// Supported returns an error, because this system can't run a server. The text says why.
// ServerAccount returns the same error.
func Supported() error {
	return errors.New("this needs Linux, macOS or WSL 2: on Windows, clone and run it inside WSL 2")
}

// FreeSpace returns 0, because this system can't run a server.
func FreeSpace(string) uint64 { return 0 }

// TryLock returns false, and does not lock the file.
func TryLock(*os.File) bool { return false }

// Alive returns false for every process id.
func Alive(int) bool { return false }
