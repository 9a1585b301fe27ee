package lab

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// startBound starts a program. When this process ends in any way, the kernel sends SIGTERM to the
// program. The program does not receive Ctrl-C from the terminal, because this process ends its
// programs in order.
func startBound(command *exec.Cmd) error {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
	started := make(chan error)
	parent() <- func() { started <- command.Start() }
	return <-started
}

// parent starts a thread that starts all programs. The thread is locked to a goroutine, so it lasts
// as long as this process: the Go runtime may end other threads at any time. The kernel sends
// SIGTERM to a program when the thread that has started the program ends.
var parent = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for do := range work {
			do()
		}
	}()
	return work
})
