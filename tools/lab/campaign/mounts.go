//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

const mountsVariable = "CAMPAIGN_MOUNTS"

// ownMounts runs this program once more, where what it mounts is seen by nobody else and
// ends with it, however it ends. Only root can, and only root mounts anything.
func ownMounts(ctx context.Context) (done bool, err error) {
	if os.Geteuid() != 0 || os.Getenv(mountsVariable) != "" {
		return false, nil
	}
	self, err := os.Executable()
	if err != nil {
		return false, fmt.Errorf("find this program: %w", err)
	}
	again := exec.CommandContext(ctx, self, os.Args[1:]...)
	again.Cancel = func() error { return again.Process.Signal(syscall.SIGTERM) }
	again.Env = append(os.Environ(), mountsVariable+"=own")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if err := again.Start(); err != nil {
		return false, nil //nolint:nilerr // a container may forbid it: then there is no small disk
	}
	return true, again.Wait()
}
