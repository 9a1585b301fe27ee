//go:build linux

package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// WhileRequired makes commits wait for the standby, calls the function do with the standby, and
// then makes commits no longer wait.
func (p *Cluster) WhileRequired(ctx context.Context, do func(standby *devdb.Server) error) error {
	standby := p.TakeStandby()
	if standby == nil {
		return ErrNotNow
	}
	defer p.GiveStandby(standby)
	if err := p.Synchronous(ctx); err != nil {
		return errors.Join(err, p.asynchronous(ctx))
	}
	interval.Pause(ctx, time.Second)
	return errors.Join(do(standby), p.asynchronous(ctx))
}

// Synchronous makes commits wait for the standby. Synchronous returns once the standby is
// synchronous.
func (p *Cluster) Synchronous(ctx context.Context) error {
	if err := p.require(ctx, "SET synchronous_standby_names = '*'"); err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; interval.Pause(ctx, 100*time.Millisecond) {
		if state, err := session.One[string](ctx, p.Owner(), `SELECT coalesce(max(sync_state), '') FROM pg_stat_replication`); err == nil && state == "sync" {
			return nil
		}
	}
	return errors.New("the standby does not stream")
}

// asynchronous makes commits no longer wait for the standby.
func (p *Cluster) asynchronous(ctx context.Context) error {
	return p.require(context.WithoutCancel(ctx), "RESET synchronous_standby_names")
}

// require changes whether commits wait for a standby. require retries for a minute, because the
// primary may be down at the moment.
func (p *Cluster) require(ctx context.Context, what string) error {
	for deadline := time.Now().Add(time.Minute); ; interval.Pause(ctx, 100*time.Millisecond) {
		err := session.Execute(ctx, p.Owner(), "ALTER SYSTEM "+what)
		if err == nil {
			err = session.Execute(ctx, p.Owner(), "SELECT pg_reload_conf()")
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil || time.Now().After(deadline):
			return fmt.Errorf("require a standby or none: %w", err)
		}
	}
}
