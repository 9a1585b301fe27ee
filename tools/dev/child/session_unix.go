//go:build unix

package child

import "syscall"

// OwnSession starts a child process in a new session, so that Ctrl-C in the terminal does not end
// the child process. Only dev ends its child processes, in a certain order.
func OwnSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// signalGroup sends a signal to a child and all processes in its group.
func signalGroup(pid int, sig syscall.Signal) { _ = syscall.Kill(-pid, sig) }
