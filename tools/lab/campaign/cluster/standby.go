//go:build linux

package cluster

import (
	"context"
	"fmt"
	"net/url"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// streamByWire makes the standby stream through a wire (a TCP proxy) that always connects to the
// primary.
func (p *Cluster) streamByWire(ctx context.Context) error {
	w, err := p.NewWire(p.Primary)
	if err != nil {
		return err
	}
	p.Stream = w
	u, err := url.Parse(p.Primary.URL)
	if err != nil {
		return fmt.Errorf("read the primary's URL: %w", err)
	}
	u.Host = w.Address()
	if err := session.Execute(ctx, p.Standby.URL, "ALTER SYSTEM SET primary_conninfo = '"+u.String()+"'"); err != nil {
		return err
	}
	return session.Execute(ctx, p.Standby.URL, "SELECT pg_reload_conf()")
}

// Crash kills the primary by SIGKILL, and starts the primary again.
func (p *Cluster) Crash(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Standby == nil {
		return ErrNotNow // after a failover, the new primary has no durable commits
	}
	if err := p.Primary.Kill(); err != nil {
		return err
	}
	return Relaunch(ctx, p.Primary, p.Wires)
}

// Relaunch starts a server again after it has ended, and connects the wires (TCP proxies) to the
// server. If another program now uses the server's port, the server gets another port.
func Relaunch(ctx context.Context, server *devdb.Server, wires []*proxy.Wire) error {
	before := session.HostOf(server.URL)
	if err := server.Relaunch(ctx); err != nil {
		return err
	}
	for _, w := range wires {
		w.Follow(before, session.HostOf(server.URL))
	}
	return nil
}

// TakeStandby reserves the standby for a fault, and returns the standby. TakeStandby returns nil if
// another fault has reserved the standby, or if the cluster has no standby.
func (p *Cluster) TakeStandby() *devdb.Server {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken || p.Standby == nil {
		return nil
	}
	p.taken = true
	return p.Standby
}

func (p *Cluster) GiveStandby(*devdb.Server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = false
}

// StandBehind ends the former primary permanently, and starts a new standby of the present primary.
func (p *Cluster) StandBehind(ctx context.Context) error {
	p.old.Stop()
	standby, err := devdb.StartStandby(ctx, p.Primary)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.Standby = standby
	p.mu.Unlock()
	return p.streamByWire(ctx)
}
