package child

import "syscall"

// Nothing is started on Windows: startGuard, which runs first, tells what is needed.

func OwnSession() *syscall.SysProcAttr { return nil }

func signalGroup(int, syscall.Signal) {}
