package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// StopLeft stops a server of an earlier run that still uses the data. Such a server runs if both
// its program and its reaper (the process that stops the server) were killed. If the server has
// ended and its pid file would prevent a new start, StopLeft removes the file. The caller must have
// the lock of the directory, so that no other program uses the data.
func (c Cluster) StopLeft(ctx context.Context, say func(string)) error {
	pidFile := filepath.Join(c.Data(), "postmaster.pid")
	content, err := os.ReadFile(pidFile) //nolint:gosec // the path is built from a constant
	if err != nil {
		return nil //nolint:nilerr // if the file is missing, nothing is outdated; postgres itself reports any other problem better
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, _ := strconv.Atoi(first)
	if !platform.Alive(pid) {
		return nil // postgres detects an outdated pid file itself
	}
	if !strings.Contains(commandLine(ctx, pid), c.Data()) {
		// Another program now has the process id that is in the pid file. Because of this file,
		// postgres would refuse to start.
		return os.Remove(pidFile)
	}
	say("stopping the PostgreSQL that was left on this data")
	command := exec.CommandContext(ctx, filepath.Join(c.Binaries.Dir, "pg_ctl"), "stop", "-s", "-D", c.Data(), "-m", "fast")
	command.Dir, command.Env = c.Dir, c.Binaries.Env()
	c.Account.Takes(command)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("stop the server that was left: %w: %s", err, output)
	}
	return nil
}

func commandLine(ctx context.Context, pid int) string {
	if content, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil {
		return string(content)
	}
	output, _ := exec.CommandContext(ctx, "ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return string(output)
}
