package gotool

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// Root returns the root of the clone that contains the current directory. The root is the directory
// that contains both go.mod and tools/. Other modules in the clone contain go.mod, but no folder
// tools/. Outside of a clone, Root returns ".".
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

// Command returns a command that runs the go tool. If Go is not installed, Command returns an error
// that says what to do.
func Command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("there is no go command on PATH: add the bin directory of your Go installation to it")
	}
	return exec.CommandContext(ctx, path, args...), nil
}
