package lab

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// startBound starts a program that the kernel ends when we die, however that is.
// Ctrl-C in the terminal is not for it: we end things in our order.
func startBound(command *exec.Cmd) error {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
	started := make(chan error)
	parent() <- func() { started <- command.Start() }
	return <-started
}

// parent is the one thread that starts programs: to the kernel it is the thread that
// is a parent, and Go ends threads when it likes.
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
