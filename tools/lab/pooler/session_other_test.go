//go:build all && unix && !linux

package pooler_test

import "syscall"

// ownSession starts a program in a new session, so that Ctrl-C in the terminal does not reach the
// program. If this process is killed, the program continues to run, except on Linux.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
