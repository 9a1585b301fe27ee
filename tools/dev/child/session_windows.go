package child

import "syscall"

// On Windows, dev starts no process: the function StartGuard runs first, and returns an error that
// says what dev needs.

func OwnSession() *syscall.SysProcAttr { return nil }

func signalGroup(int, syscall.Signal) {}
