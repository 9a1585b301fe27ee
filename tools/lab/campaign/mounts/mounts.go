//go:build linux

package mounts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

const Variable = "CAMPAIGN_MOUNTS"

// Own runs this program again in a private mount namespace. The kernel removes this namespace when
// the program ends in any way. If this process is not root, Own does nothing and the result done is
// false, because only root can mount a disk.
func Own(ctx context.Context) (done bool, err error) {
	if os.Geteuid() != 0 || os.Getenv(Variable) != "" {
		return false, nil
	}
	self, err := os.Executable()
	if err != nil {
		return false, fmt.Errorf("find this program: %w", err)
	}
	again := exec.CommandContext(ctx, self, os.Args[1:]...)
	again.Cancel = func() error { return again.Process.Signal(syscall.SIGTERM) }
	again.Env = append(os.Environ(), Variable+"=own")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if err := again.Start(); err != nil {
		return false, nil //nolint:nilerr // a container may forbid a mount namespace; the campaign then has no small disk
	}
	return true, again.Wait()
}
