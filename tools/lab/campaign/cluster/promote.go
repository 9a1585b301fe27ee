//go:build linux

package cluster

import (
	"context"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// Failover makes commits wait for the standby, kills the primary permanently, and promotes the
// standby. The caller makes sure that no other fault uses the standby meanwhile.
func (p *Cluster) Failover(ctx context.Context) error {
	if err := p.Synchronous(ctx); err != nil {
		return err
	}
	interval.Pause(ctx, 2*time.Second)
	return p.TakeOver(ctx)
}

// TakeOver kills the primary and promotes the standby. TakeOver does not start a new standby.
func (p *Cluster) TakeOver(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.Primary.Kill(); err != nil {
		return err
	}
	if err := p.Clock.Set(0, func() error { return p.standIn(ctx) }); err != nil {
		return err
	}
	p.old, p.Primary, p.Standby = p.Primary, p.Standby, nil
	return nil
}

// standIn promotes the standby, and connects all wires (TCP proxies) to it.
func (p *Cluster) standIn(ctx context.Context) error {
	for _, sql := range []string{"SELECT pg_promote()", "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"} {
		if err := session.Execute(ctx, p.Standby.URL, sql); err != nil {
			return err
		}
	}
	for _, w := range p.Wires {
		w.LeadTo(session.HostOf(p.Standby.URL))
		w.Deaf.Store(false)
		w.Cut()
	}
	return nil
}
