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

// Interrupted is the exit code after Ctrl-C, as shells have it.
const Interrupted = 130

// UntilStopped returns a context that ends when we are told to: by a signal, or by the end of
// the `go run` that started us. A second signal ends the process. After stop all of them do.
func UntilStopped() (ctx context.Context, stop context.CancelFunc) {
	signalled, release := signal.NotifyContext(context.Background(), signals()...)
	ctx, cancel := withGoRun(signalled)
	go func() {
		<-signalled.Done()
		time.Sleep(time.Second) // one Ctrl-C may arrive twice: for us and for our process group
		release()               // the next one ends us at once; what we started goes with us
	}()
	return ctx, func() { cancel(); release() }
}

// signals end us. A hangup does not if whoever started us said so (nohup).
func signals() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// withGoRun ends ctx when the `go run` that started us is gone. It does not pass
// on a kill, and whoever kills it means us.
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
