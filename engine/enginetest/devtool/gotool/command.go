package gotool

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// Root returns the root of the clone around the current directory, where go.mod and tools/ are, or
// "." outside of a clone. A module within the clone has no tools/ of its own.
func Root() string {
	dir, err := os.Getwd()
	for err == nil {
		if isThere(dir, "go.mod") && isThere(dir, "tools") {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return "."
}

func isThere(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

// Command returns a command of the go tool, or an error that says what to do if there is none.
func Command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("there is no go command on PATH: add the bin directory of your Go installation to it")
	}
	return exec.CommandContext(ctx, path, args...), nil
}
