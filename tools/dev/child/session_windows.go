package child

import "syscall"

// Nothing is started on Windows: startGuard runs first, and its error says what is needed.

func OwnSession() *syscall.SysProcAttr { return nil }

func signalGroup(int, syscall.Signal) {}
