//go:build all && unix && !linux

package pooler_test

import "syscall"

// ownSession starts a program in a new session, so that Ctrl-C in the terminal does not reach the
// program. If this process is killed, the program continues to run: only the version of ownSession
// for Linux prevents this.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
