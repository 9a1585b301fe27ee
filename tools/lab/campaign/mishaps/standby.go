//go:build linux

package mishaps

import (
	"context"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/process"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// FreezeStandby stops all processes of the standby for a while.
func FreezeStandby(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	standby := w.Postgres.TakeStandby()
	if standby == nil {
		return cluster.ErrNotNow
	}
	defer w.Postgres.GiveStandby(standby)
	return process.Stall(ctx, standby, interval.Between(random, time.Second, 5*time.Second))
}

func CrashStandby(ctx context.Context, w *world.World, _ int, _ *rand.Rand) error {
	standby := w.Postgres.TakeStandby()
	if standby == nil {
		return cluster.ErrNotNow
	}
	defer w.Postgres.GiveStandby(standby)
	if err := standby.Kill(); err != nil {
		return err
	}
	return cluster.Relaunch(ctx, standby, w.Postgres.Wires) // may take long, but nothing waits for it
}

// StallRequired makes commits wait for the standby, and stops all processes of the standby for a
// while.
func StallRequired(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	return w.Postgres.WhileRequired(ctx, func(standby *devdb.Server) error {
		return process.Stall(ctx, standby, interval.Between(random, time.Second, 5*time.Second))
	})
}

// CutOffRequired makes commits wait for the standby, and blocks all bytes between the primary and
// the standby for a while.
func CutOffRequired(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	return w.Postgres.WhileRequired(ctx, func(*devdb.Server) error {
		proxy.HalfOpen(ctx, w.Postgres.Stream, interval.Between(random, time.Second, 5*time.Second))
		return nil
	})
}
