//go:build linux

package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"
)

// restartInTurns does what a deployment does: it ends each process gently, and goes on
// to the next one once its successor is ready.
func restartInTurns(ctx context.Context, w *world, _ int, _ *rand.Rand) error {
	for _, n := range slices.Concat(w.apis, w.projectors) {
		n.signal(syscall.SIGTERM)
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; {
			pause(ctx, 200*time.Millisecond)
			if n.ready(ctx) {
				break
			}
		}
	}
	return ctx.Err()
}

// passPart has a flight arrive in part: its sender is gone in the middle of it, and the
// server hears nothing of that for a while.
func passPart(ctx context.Context, w *wire, random *rand.Rand) {
	w.part.Store(1 + random.Int64N(4000))
	pause(ctx, between(random, time.Second, 8*time.Second))
	w.part.Store(0)
	w.deaf.Store(false)
	w.cut()
}

// beLate has everything arrive late.
func beLate(ctx context.Context, w *wire, random *rand.Rand) {
	w.late.Store(int64(between(random, time.Millisecond, 30*time.Millisecond)))
	pause(ctx, between(random, time.Second, 10*time.Second))
	w.late.Store(0)
}
