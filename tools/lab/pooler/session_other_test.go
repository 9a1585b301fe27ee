//go:build all && unix && !linux

package pooler_test

import "syscall"

// ownSession keeps the terminal's Ctrl-C away from a program; only Linux ends it when we are killed.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
