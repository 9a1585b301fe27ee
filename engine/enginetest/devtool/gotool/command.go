package gotool

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// Root returns the root of the clone that contains the current directory: the directory with go.mod
// and tools/. Outside of a clone Root returns ".". A module within the clone has no tools/ of its
// own.
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

// Command returns a command of the go tool, or an error that says what to do if go is not
// installed.
func Command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("there is no go command on PATH: add the bin directory of your Go installation to it")
	}
	return exec.CommandContext(ctx, path, args...), nil
}
