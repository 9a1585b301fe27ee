//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
)

// stallRequired has commits wait for the standby, and the standby stop for a while.
func stallRequired(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	return w.postgres.whileRequired(ctx, func(standby *devdb.Server) error {
		return stall(ctx, standby, between(random, time.Second, 5*time.Second))
	})
}

// cutOffRequired has commits wait for the standby, and no byte get through to it.
func cutOffRequired(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	return w.postgres.whileRequired(ctx, func(*devdb.Server) error {
		halfOpen(ctx, w.postgres.stream, between(random, time.Second, 5*time.Second))
		return nil
	})
}

// whileRequired does something to the standby while commits wait for it.
func (p *postgres) whileRequired(ctx context.Context, do func(standby *devdb.Server) error) error {
	standby := p.takeStandby()
	if standby == nil {
		return errNotNow
	}
	defer p.giveStandby(standby)
	if err := p.synchronous(ctx); err != nil {
		return errors.Join(err, p.asynchronous(ctx))
	}
	pause(ctx, time.Second)
	return errors.Join(do(standby), p.asynchronous(ctx))
}

// stall stops a server and all of its processes for a while.
func stall(ctx context.Context, server *devdb.Server, d time.Duration) error {
	pids, err := family(server.PID())
	if err != nil {
		return err
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
	}
	pause(ctx, d)
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	return nil
}

// synchronous has commits wait for the standby, and returns once they do.
func (p *postgres) synchronous(ctx context.Context) error {
	if err := p.require(ctx, "SET synchronous_standby_names = '*'"); err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; pause(ctx, 100*time.Millisecond) {
		if state, err := one[string](ctx, p.owner(), `SELECT coalesce(max(sync_state), '') FROM pg_stat_replication`); err == nil && state == "sync" {
			return nil
		}
	}
	return errors.New("the standby does not stream")
}

// asynchronous has commits wait for nobody again. The primary may be down just now.
func (p *postgres) asynchronous(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	for deadline := time.Now().Add(time.Minute); ; pause(ctx, 100*time.Millisecond) {
		err := p.require(ctx, "RESET synchronous_standby_names")
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func (p *postgres) require(ctx context.Context, what string) error {
	for _, sql := range []string{"ALTER SYSTEM " + what, "SELECT pg_reload_conf()"} {
		if err := execute(ctx, p.owner(), sql); err != nil {
			return fmt.Errorf("require a standby or none: %w", err)
		}
	}
	return nil
}
