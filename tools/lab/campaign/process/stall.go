//go:build linux

package process

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// family returns the ids of a process and of its children.
func family(pid int) ([]int, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	if err != nil {
		return nil, fmt.Errorf("find children: %w", err)
	}
	pids := []int{pid}
	for field := range strings.FieldsSeq(string(content)) {
		var child int
		if _, err := fmt.Sscan(field, &child); err == nil {
			pids = append(pids, child)
		}
	}
	return pids, nil
}

// Stall stops all processes of a server for the duration d, and then continues them.
func Stall(ctx context.Context, server *devdb.Server, d time.Duration) error {
	pids, err := family(server.PID())
	if err != nil {
		return err
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
	}
	interval.Pause(ctx, d)
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	return nil
}
