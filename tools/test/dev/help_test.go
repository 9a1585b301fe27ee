//go:build unix

package dev_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	launcher "example.com/pgcqrs/engine/enginetest/devtool/launch"
)

// Without a PATH, a home folder or a database, dev can't start any server. Even then, dev prints
// its help.
func TestHelpTouchesNothing(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-h": "cmd/dev run", "help": "cmd/dev run", "run -h": "-without", "run --help": "-without", "help run": "-without",
		"seed -h": "-issuer", "help seed": "-issuer", "test -h": "go test", "help test": "go test", "-version": service + " dev ", "--version": service + " dev ", "version": service + " dev ",
	} {
		for _, path := range []string{thin, program} {
			command := exec.CommandContext(t.Context(), path, strings.Fields(args)...)
			command.Env = []string{launcher.Environment(service), "DATABASE_URL=postgres://127.0.0.1:1/x", "HOME=/nonexistent", "PATH=/nonexistent"}
			output, err := command.Output()
			if err != nil || !strings.Contains(string(output), want) {
				t.Errorf("%s %s: got %q, %v; want %q in it", path, args, output, err, want)
			}
		}
	}
	for _, args := range []string{"run -nosuch", "run -without broker", "help fly", ""} {
		for _, path := range []string{thin, program} {
			err := exec.CommandContext(t.Context(), path, strings.Fields(args)...).Run()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 {
				t.Errorf("%s %q: got %v, want exit code 2", path, args, err)
			}
		}
	}
}
