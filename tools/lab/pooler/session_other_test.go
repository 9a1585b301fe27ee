//go:build all && unix && !linux

package pooler_test

import "syscall"

// ownSession starts a program in a new session, so that Ctrl-C in the terminal does not reach it.
// Unlike on Linux, the program goes on if this process is killed.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
