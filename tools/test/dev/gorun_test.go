//go:build unix

package dev_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Developers start dev with go run. If somebody kills go run, dev gets no signal. Nevertheless dev
// must notice the end of go run, and end everything that dev has started.
func TestAllOfItEndsWithGoRun(t *testing.T) {
	t.Parallel()
	command := exec.Command("go", "run", "./cmd/dev", "run", "-data", dataDir(t))
	command.Dir = "../../.."
	run := begin(t, nil, command)
	t.Cleanup(func() { _ = command.Process.Kill() })
	run.ready(t)
	if id := run.openAccount(t, "Joan"); !strings.Contains(run.get(t, "/v1/accounts/"+id), "Joan") {
		t.Error("what was written is not read")
	}
	run.signal(t, syscall.SIGKILL)
	run.exitCode(t)
	run.gone(t)
}

// cmd/dev replaces itself with the program that it has built. The built program therefore has the
// same process id and gets the same signals.
func TestTheThinProgramHandsOver(t *testing.T) {
	t.Parallel()
	const waits = `sh -c 'echo TEST_AT $TEST_DATABASE_URL; exec sleep 600'`
	run := begin(t, nil, exec.Command(thin, "test", "-exec", waits, "-v", "../../../engine/enginetest/testdb"))
	run.says(t, "TEST_AT ")
	run.signal(t, os.Interrupt)
	if code := run.exitCode(t); code != 130 {
		t.Errorf("exit code after Ctrl-C = %d, want 130", code)
	}
	run.gone(t)
}
