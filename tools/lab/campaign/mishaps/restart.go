//go:build linux

package mishaps

import (
	"context"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// RestartInTurns restarts the processes one after another, as a deployment does. Each process may
// complete its open work. Before RestartInTurns ends the next process, it waits until the restarted
// process is ready, but for at most 30 seconds.
func RestartInTurns(ctx context.Context, w *world.World, _ int, _ *rand.Rand) error {
	for _, n := range slices.Concat(w.Apis, w.Projectors) {
		n.Process.Signal(syscall.SIGTERM)
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; {
			interval.Pause(ctx, 200*time.Millisecond)
			if n.Ready(ctx) {
				break
			}
		}
	}
	return ctx.Err()
}
