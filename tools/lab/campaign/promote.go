//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
)

// promotion is a way in which a standby comes to be the primary.
type promotion struct {
	kind   string
	loses  bool // commits did not wait for the standby: what it lacks is lost
	before func(ctx context.Context, p *postgres, random *rand.Rand) error
}

// promotions are those that lose nothing, or those that do.
func promotions(lossy bool) []promotion {
	if lossy {
		return []promotion{
			{"lossy-failover", true, cutOffFor(300*time.Millisecond, 2*time.Second)},
			{"restore", true, cutOffFor(2*time.Second, 6*time.Second)}, // an older copy
		}
	}
	return []promotion{
		{"promote", false, func(context.Context, *postgres, *rand.Rand) error { return nil }},
		{"promote-stalled", false, func(ctx context.Context, p *postgres, random *rand.Rand) error {
			return stall(ctx, p.standby, between(random, 500*time.Millisecond, 3*time.Second))
		}},
		{"promote-cut-off", false, cutOffFor(500*time.Millisecond, 3*time.Second)},
		{"promote-unwaited", false, endWaits},
	}
}

// cutOffFor lets no byte through to the standby. It stays so: the primary has not long to
// live.
func cutOffFor(from, to time.Duration) func(context.Context, *postgres, *rand.Rand) error {
	return func(ctx context.Context, p *postgres, random *rand.Rand) error {
		p.stream.deaf.Store(true)
		pause(ctx, between(random, from, to))
		return nil
	}
}

// endWaits cuts the standby off and ends whatever waits for it: those commits are on the
// primary alone, which shows them to everybody.
func endWaits(ctx context.Context, p *postgres, random *rand.Rand) error {
	p.stream.deaf.Store(true)
	for range 4 {
		pause(ctx, between(random, 200*time.Millisecond, time.Second))
		end := []string{"pg_cancel_backend", "pg_terminate_backend"}[random.IntN(2)]
		if _, err := one[int64](ctx, p.owner(), `SELECT count(`+end+`(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`); err != nil {
			return err
		}
	}
	return nil
}

// promote puts the standby in the primary's place, again and again, each time with a new
// standby behind it, and returns when all of it is done.
func (i *injector) promote(ctx context.Context, o options, progress func(left time.Duration)) error {
	random := rand.New(rand.NewPCG(o.seed, 0))
	ways, began := promotions(o.lossy), time.Now()
	for n := range o.promotions {
		pause(ctx, between(random, 2*time.Second, 4*time.Second))
		way, err := ways[n%len(ways)], error(nil)
		i.record(way.kind, -1, func() error {
			err = i.world.postgres.replace(ctx, way, random)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", way.kind, err)
		}
		took := time.Since(began) / time.Duration(n+1)
		progress(took * time.Duration(o.promotions-n-1))
	}
	pause(ctx, 3*time.Second)
	return ctx.Err()
}

// replace ends the primary for good, puts the standby in its place, and a new standby
// behind it.
func (p *postgres) replace(ctx context.Context, way promotion, random *rand.Rand) error {
	if !way.loses {
		if err := p.synchronous(ctx); err != nil {
			return err
		}
		pause(ctx, time.Second)
	}
	if err := way.before(ctx, p, random); err != nil {
		return err
	}
	if err := p.takeOver(ctx); err != nil {
		return err
	}
	p.old.Stop()
	standby, err := devdb.StartStandby(ctx, p.primary)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.standby = standby
	p.mu.Unlock()
	return p.streamByWire(ctx)
}

// takeOver ends the primary and promotes the standby, which needs no other one.
func (p *postgres) takeOver(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.primary.Kill(); err != nil {
		return err
	}
	if err := p.clock.set(0, func() error { return p.standIn(ctx) }); err != nil {
		return err
	}
	p.old, p.primary, p.standby = p.primary, p.standby, nil
	return nil
}

// standIn has the standby take over, and all wires lead to it.
func (p *postgres) standIn(ctx context.Context) error {
	for _, sql := range []string{"SELECT pg_promote()", "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"} {
		if err := execute(ctx, p.standby.URL, sql); err != nil {
			return err
		}
	}
	for _, w := range p.wires {
		w.leadTo(hostOf(p.standby.URL))
		w.deaf.Store(false)
		w.cut()
	}
	return nil
}
