//go:build all

package pooler_test

import "syscall"

// ownSession starts a program in a new session, so that Ctrl-C in the terminal does not reach the
// program. The kernel ends the program when this process is killed.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
