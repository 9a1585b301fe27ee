package lab

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// startBound starts a program that the kernel ends when this process dies, in any way. The program
// does not get the terminal's Ctrl-C, because the lab ends its programs in order.
func startBound(command *exec.Cmd) error {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
	started := make(chan error)
	parent() <- func() { started <- command.Start() }
	return <-started
}

// parent runs the one thread that starts programs: for the kernel the parent is a thread, and Go
// may end threads at any time.
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
