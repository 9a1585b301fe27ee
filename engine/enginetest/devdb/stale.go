package devdb

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// clearStale deals with the pid file of a server that was killed together with its
// reaper. We hold the directory's lock: nobody else is at it.
func (s *Server) clearStale(ctx context.Context) error {
	pidFile := filepath.Join(s.data(), "postmaster.pid")
	content, err := os.ReadFile(pidFile) //nolint:gosec // the path is ours
	if err != nil {
		return nil //nolint:nilerr // no file, nothing stale; anything else postgres will say better
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, _ := strconv.Atoi(first)
	if !alive(pid) {
		return nil // postgres sees that by itself
	}
	if !strings.Contains(commandLine(ctx, pid), s.data()) {
		// Another program has that number now, and postgres would refuse to start.
		return os.Remove(pidFile)
	}
	s.options.Say("stopping the PostgreSQL that was left on this data")
	command := exec.CommandContext(ctx, filepath.Join(s.Binaries.Dir, "pg_ctl"), "stop", "-s", "-D", s.data(), "-m", "fast")
	command.Dir, command.Env = s.Dir, serverEnv(s.Binaries.Dir)
	s.account.takes(command)
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
