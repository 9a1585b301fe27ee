//go:build linux

package strangers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// LockAppends acquires the lock that every append needs, and releases the lock after a while.
// Meanwhile LockAppends queries the readiness of every API.
func LockAppends(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	return holdLock(ctx, w, `LOCK TABLE append_lock IN EXCLUSIVE MODE`, func() {
		held := interval.Between(random, time.Second, 3*time.Second)
		asking, cancel := context.WithTimeout(ctx, held)
		defer cancel()
		var all sync.WaitGroup
		for process := range w.Apis {
			all.Go(func() { askReady(asking, w, process) })
		}
		interval.Pause(ctx, held)
		all.Wait()
	}, func(from, to time.Duration) { w.History.NoteLocking(history.Locking{From: from, To: to}) })
}

// LockEvents blocks all writes to the table events for a while, as CREATE INDEX does.
func LockEvents(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	return holdLock(ctx, w, `LOCK TABLE events IN SHARE MODE`, func() {
		interval.Pause(ctx, interval.Between(random, 1500*time.Millisecond, 2500*time.Millisecond))
	}, func(time.Duration, time.Duration) {})
}

// holdLock acquires a lock, calls the function do, and releases the lock. Before the release,
// holdLock calls the function held with two times, between which its session had the lock without
// interruption. If the session ended early, holdLock does not call held.
func holdLock(ctx context.Context, w *world.World, lock string, do func(), held func(from, to time.Duration)) error {
	return session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, `BEGIN; `+lock); err != nil {
			return fmt.Errorf("take a lock: %w", err)
		}
		from := time.Since(w.History.Started)
		do()
		to := time.Since(w.History.Started)
		if _, err := conn.Exec(ctx, `SELECT`); err != nil {
			return fmt.Errorf("hold a lock: %w", err)
		}
		held(from, to)
		return nil
	})
}

// askReady repeatedly queries the readiness of an API.
func askReady(ctx context.Context, w *world.World, process int) {
	for ctx.Err() == nil {
		asked := history.Probe{Process: process, Sent: time.Since(w.History.Started)}
		asked.Ready = w.Apis[process].Ready(ctx)
		asked.Done = time.Since(w.History.Started)
		w.History.NoteProbe(asked)
		interval.Pause(ctx, 100*time.Millisecond)
	}
}
