package child

import "syscall"

// On Windows, dev starts no process: startGuard runs first and returns an error, which says what
// dev needs.

func OwnSession() *syscall.SysProcAttr { return nil }

func signalGroup(int, syscall.Signal) {}
