//go:build all

package pooler_test

import "syscall"

// ownSession keeps the terminal's Ctrl-C away from a program, and ends the program when this
// process is killed.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
