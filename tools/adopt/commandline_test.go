package main

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/devtool/launch"
)

// adopt prints its help and its version in every folder. If the command line is wrong, adopt
// changes nothing.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "adopt")
	const told = "-X example.com/pgcqrs/engine/process/cli.version=9.8.7 -X example.com/pgcqrs/engine/process/cli.revision=d2e549a"
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags", told, "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	for line, want := range map[string]struct {
		code int
		says string
	}{
		"-h": {0, "cmd/adopt -new-aggregate NAME"}, "-help": {0, "-keep-lab"}, "--help": {0, "cmd/adopt -new-workflow NAME"},
		"-version": {0, `^shop adopt 9\.8\.7 \(d2e549a, go\S+\)\n$`}, "--version": {0, "^shop adopt "},
		"-nonsense": {2, "adopt"}, "one too many": {2, "adopt"}, "": {2, "adopt"}, "-page x -remove-sample": {2, "one at a time"}, "-new-workflow late-fees -page x": {2, "one at a time"}, "-keep-lab -remove-sample": {2, "one at a time"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		command := exec.CommandContext(ctx, program, strings.Fields(line)...)
		var out, errs bytes.Buffer
		command.Env, command.Dir = []string{launch.Environment("shop")}, t.TempDir()
		command.Stdout, command.Stderr = &out, &errs
		_ = command.Run() // the test checks the exit code
		cancel()
		said, silent := out.String(), errs.String()
		if want.code != 0 {
			said, silent = silent, said
		}
		if code := command.ProcessState.ExitCode(); code != want.code || silent != "" || !regexp.MustCompile(want.says).MatchString(said) {
			t.Errorf("%q: got exit code %d, %q and %q; want %d and %q", line, code, out.String(), errs.String(), want.code, want.says)
		}
	}
}
