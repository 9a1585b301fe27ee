//go:build linux

package mishaps

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/serverclock"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// Jump sets a process's clock wrong by up to two days, in either direction, and right again.
func Jump(ctx context.Context, w *world.World, process int, random *rand.Rand) error {
	wrong := interval.Between(random, -48*time.Hour, 48*time.Hour)
	if err := os.WriteFile(w.Clock(process), []byte(wrong.String()), 0o600); err != nil {
		return fmt.Errorf("set the clock: %w", err)
	}
	interval.Pause(ctx, interval.Between(random, time.Second, 10*time.Second))
	return os.Remove(w.Clock(process))
}

// JumpServer sets the server's clock wrong by seconds, days or a year, in either direction, and
// right again.
func JumpServer(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	farthest := []time.Duration{50 * time.Second, 48 * time.Hour, 400 * 24 * time.Hour}[random.IntN(3)]
	off := interval.Between(random, -farthest, farthest).Truncate(time.Second)
	if err := w.Postgres.SetClock(off); err != nil {
		return err
	}
	interval.Pause(ctx, interval.Between(random, 2*serverclock.ClockSeen, 5*serverclock.ClockSeen))
	if err := w.Postgres.SetClock(0); !errors.Is(err, cluster.ErrNotNow) { // else it is another server's clock by now, which is right
		return err
	}
	return nil
}
