package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// withGoRun returns a context that also ends when the `go run` that started this program ends.
// Without this context, this program would continue after somebody has killed `go run`, because `go
// run` does not pass the signal on.
func withGoRun(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	if name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", parent)); strings.TrimSpace(string(name)) != "go" {
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
