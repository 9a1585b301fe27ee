//go:build all

package pooler_test

import "syscall"

// ownSession keeps the terminal's Ctrl-C away from a program, which ends when we are killed.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
