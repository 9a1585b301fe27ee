//go:build linux

package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// Before is the name of the former primary in the result of Servers. The former primary may have
// been killed before it wrote all changes to its data files. In this case, only its write-ahead log
// (WAL) contains all changes.
const Before = "the primary before"

// Servers returns a map from names to servers. The map contains only servers whose data directories
// exist.
func (p *Cluster) Servers() map[string]*devdb.Server {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[string]*devdb.Server)
	for name, server := range map[string]*devdb.Server{"the primary": p.Primary, "the standby": p.Standby, Before: p.old} {
		if server == nil {
			continue
		}
		if _, err := os.Stat(server.Cluster.Dir); err == nil { // otherwise the directory was removed with the server
			all[name] = server
		}
	}
	return all
}

// Checkpoint makes the primary write all changed pages to its data files. Checkpoint then waits
// until the standby has replayed the same WAL, and makes the standby write its pages, too.
func (p *Cluster) Checkpoint(ctx context.Context) error {
	if err := session.Execute(ctx, p.Owner(), "CHECKPOINT"); err != nil {
		return fmt.Errorf("checkpoint of the primary: %w", err)
	}
	p.mu.Lock()
	standby := p.Standby
	p.mu.Unlock()
	if standby == nil {
		return nil
	}
	end, err := session.One[string](ctx, p.Owner(), `SELECT pg_current_wal_lsn()::text`)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); ; interval.Pause(ctx, 100*time.Millisecond) {
		there, err := session.One[bool](ctx, standby.URL, `SELECT pg_last_wal_replay_lsn() >= '`+end+`'::pg_lsn`)
		switch {
		case err == nil && there:
			return session.Execute(ctx, standby.URL, "CHECKPOINT")
		case time.Now().After(deadline) || ctx.Err() != nil:
			return errors.Join(errors.New("the standby does not replay what the primary has written"), err)
		}
	}
}
