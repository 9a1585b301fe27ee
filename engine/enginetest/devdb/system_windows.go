package devdb

import (
	"errors"
	"os"
	"os/exec"
)

// Supported returns why this system can't run a server of ours: Start and Keep fail with it.
func Supported() error {
	return errors.New("this needs Linux, macOS or WSL 2: on Windows, clone and run it inside WSL 2")
}

func (account) takes(*exec.Cmd) {}

func freeSpace(string) uint64 { return 0 }

func tryLock(*os.File) bool { return false }

func alive(int) bool { return false }
