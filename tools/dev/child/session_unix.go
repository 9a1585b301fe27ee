//go:build unix

package child

import "syscall"

// OwnSession keeps the terminal's Ctrl-C away from a child, because dev ends its children in order.
func OwnSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// signalGroup signals a child and all that it started.
func signalGroup(pid int, sig syscall.Signal) { _ = syscall.Kill(-pid, sig) }
