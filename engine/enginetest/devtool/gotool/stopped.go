package gotool

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Interrupted is the exit code of a program after Ctrl-C, by the convention of shells.
const Interrupted = 130

// UntilStopped returns a context that ends when the program receives a signal, or when the `go run`
// that has started this program ends. A second signal ends the process immediately. After a call of
// the returned function stop, even the first signal ends the process immediately.
func UntilStopped() (ctx context.Context, stop context.CancelFunc) {
	signalled, release := signal.NotifyContext(context.Background(), signals()...)
	ctx, cancel := withGoRun(signalled)
	go func() {
		<-signalled.Done()
		time.Sleep(time.Second) // one Ctrl-C may arrive twice: for this process and for its process group
		release()               // the next signal ends this process immediately, and its children with it
	}()
	return ctx, func() { cancel(); release() }
}

// signals returns the signals that end the program. If SIGHUP was ignored at the start, as with
// nohup, it is not one of these signals.
func signals() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// withGoRun returns a context that ends when the `go run` that has started this program ends. If
// somebody kills `go run` with SIGKILL, this program gets no signal, so it must detect the end of
// `go run` itself.
func withGoRun(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	if programName(ctx, parent) != "go" {
		return ctx, cancel
	}
	go func() {
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil && os.Getppid() == parent {
			<-tick.C
		}
		cancel()
	}()
	return ctx, cancel
}

func programName(ctx context.Context, pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		name, _ = exec.CommandContext(ctx, "ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	}
	return filepath.Base(strings.TrimSpace(string(name)))
}
