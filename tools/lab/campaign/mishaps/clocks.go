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

// Jump shifts the clock of a process by up to two days, forward or back. After a while, Jump
// corrects the clock.
func Jump(ctx context.Context, w *world.World, process int, random *rand.Rand) error {
	wrong := interval.Between(random, -48*time.Hour, 48*time.Hour)
	if err := os.WriteFile(w.Clock(process), []byte(wrong.String()), 0o600); err != nil {
		return fmt.Errorf("set the clock: %w", err)
	}
	interval.Pause(ctx, interval.Between(random, time.Second, 10*time.Second))
	return os.Remove(w.Clock(process))
}

// JumpServer shifts the clock of the database server, forward or back: by up to 50 seconds, up to
// two days or up to 400 days. After a while, JumpServer corrects the clock.
func JumpServer(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	farthest := []time.Duration{50 * time.Second, 48 * time.Hour, 400 * 24 * time.Hour}[random.IntN(3)]
	off := interval.Between(random, -farthest, farthest).Truncate(time.Second)
	if err := w.Postgres.SetClock(off); err != nil {
		return err
	}
	interval.Pause(ctx, interval.Between(random, 2*serverclock.ClockSeen, 5*serverclock.ClockSeen))
	if err := w.Postgres.SetClock(0); !errors.Is(err, cluster.ErrNotNow) { // ErrNotNow: another server is the primary now, and its clock is right
		return err
	}
	return nil
}
