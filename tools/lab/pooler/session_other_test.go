//go:build all && unix && !linux

package pooler_test

import "syscall"

// ownSession keeps the terminal's Ctrl-C away from a program; only on Linux the program ends when
// this process is killed.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
