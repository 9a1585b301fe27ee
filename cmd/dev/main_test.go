//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	// fake is the source of a program that replaces tools/dev in a temporary clone.
	fake = `package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(os.Getppid(), os.Args[1:], os.Getenv("GREETING"), os.Getenv("GOTMPDIR"))
	os.Exit(7)
}
`
	patience = time.Minute
)

// clone is a temporary clone of the repository, in which cmd/dev runs with its own home folder.
type clone struct{ program, root, home string }

// newClone creates a clone in which the given source replaces the program tools/dev.
func newClone(t *testing.T, source string) clone {
	t.Helper()
	c := clone{filepath.Join(t.TempDir(), "thin"), t.TempDir(), t.TempDir()}
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", c.program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build cmd/dev: %v\n%s", err, said)
	}
	c.write(t, "go.mod", "module example.com/fake\n\ngo 1.26\n")
	c.write(t, "tools/dev/main.go", source)
	c.write(t, "engine/test/eventlog/log.go", "package log\n")
	return c
}

func (c clone) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(c.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// command returns a command that runs cmd/dev in a subfolder of the clone.
func (c clone) command(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cache, err := exec.CommandContext(ctx, "go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(ctx, c.program, args...)
	command.Dir = filepath.Join(c.root, "engine/test/eventlog")
	command.Env = append(os.Environ(), "GREETING=hello", "HOME="+c.home, "XDG_CACHE_HOME="+filepath.Join(c.home, "cache"),
		"GOCACHE="+strings.TrimSpace(string(cache)), "GOFLAGS=", "GOTMPDIR=")
	return command
}

type outcome struct {
	code     int
	out, err string
}

// progress matches the line that a build prints every 15 seconds.
var progress = regexp.MustCompile(`(?m)^dev \| building, .*\n`)

func (c clone) run(t *testing.T, env []string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	command := c.command(ctx, t, args...)
	var out, errs bytes.Buffer
	command.Env, command.Stdout, command.Stderr = append(command.Env, env...), &out, &errs
	err := command.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return outcome{command.ProcessState.ExitCode(), progress.ReplaceAllString(out.String(), ""), errs.String()}
}

// kept returns the built programs that are stored outside of the folder for temporary files, so
// that they remain after cmd/dev has ended.
func (c clone) kept(t *testing.T) (found []string) {
	t.Helper()
	for _, pattern := range []string{filepath.Join(c.root, ".dev/*"), filepath.Join(c.home, "*/pgcqrs-dev-*/*"), filepath.Join(c.home, "Library/*/pgcqrs-dev-*/*")} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, names...)
	}
	return found
}
