//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// locking is a time during which somebody else held the append lock, all of it.
type locking struct{ from, to time.Duration }

// probe is an answer of an API's /readyz.
type probe struct {
	process    int
	sent, done time.Duration
	ready      bool
}

// lockAppends is somebody who takes the append lock, and asks every API meanwhile whether it
// is ready.
func lockAppends(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	return holdLock(ctx, w, `LOCK TABLE append_lock IN EXCLUSIVE MODE`, func() {
		held := between(random, time.Second, 3*time.Second)
		asking, cancel := context.WithTimeout(ctx, held)
		defer cancel()
		var all sync.WaitGroup
		for process := range w.apis {
			all.Go(func() { w.askReady(asking, process) })
		}
		pause(ctx, held)
		all.Wait()
	}, func(from, to time.Duration) { w.history.noteLocking(locking{from, to}) })
}

// lockEvents is somebody who lets nobody write into the log, as CREATE INDEX does.
func lockEvents(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	return holdLock(ctx, w, `LOCK TABLE events IN SHARE MODE`, func() {
		pause(ctx, between(random, 1500*time.Millisecond, 2500*time.Millisecond))
	}, func(time.Duration, time.Duration) {})
}

// holdLock takes a lock, does something, and lets it go. It says from when to when the lock
// was held, if the session was there to the end.
func holdLock(ctx context.Context, w *world, lock string, do func(), held func(from, to time.Duration)) error {
	return session(ctx, w.postgres.owner(), func(ctx context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, `BEGIN; `+lock); err != nil {
			return fmt.Errorf("take a lock: %w", err)
		}
		from := time.Since(w.history.started)
		do()
		to := time.Since(w.history.started)
		if _, err := conn.Exec(ctx, `SELECT`); err != nil {
			return fmt.Errorf("hold a lock: %w", err)
		}
		held(from, to)
		return nil
	})
}

// askReady asks an API whether it is ready, again and again.
func (w *world) askReady(ctx context.Context, process int) {
	for ctx.Err() == nil {
		asked := probe{process: process, sent: time.Since(w.history.started)}
		asked.ready = w.apis[process].ready(ctx)
		asked.done = time.Since(w.history.started)
		w.history.noteProbe(asked)
		pause(ctx, 100*time.Millisecond)
	}
}

func (h *history) noteLocking(l locking) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lockings = append(h.lockings, l)
}

func (h *history) noteProbe(p probe) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.probes = append(h.probes, p)
}

// readiness: who is asked and answers while somebody else holds the append lock is not ready.
func readiness(e *evidence, v *verdict) {
	for _, p := range e.probes {
		for _, l := range e.lockings {
			if p.sent < l.from || p.done > l.to {
				continue
			}
			v.Looked++
			if p.ready {
				v.violated("API %d was ready at %v, and somebody held the append lock from %v to %v", p.process, p.sent, l.from, l.to)
			}
		}
	}
}
