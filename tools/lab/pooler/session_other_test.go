//go:build all && unix && !linux

package pooler_test

import "syscall"

// ownSession starts a program in a new session, so that Ctrl-C in the terminal does not reach the
// program. Only on Linux does the program end if this process is killed.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
