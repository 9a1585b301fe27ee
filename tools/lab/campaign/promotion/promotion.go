//go:build linux

package promotion

import (
	"context"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/process"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// Way is a way in which a standby becomes the primary. The function in the field before is called
// just before the promotion, and causes faults.
type Way struct {
	Kind   string
	loses  bool // commits did not wait for the standby, so that the commits that it lacks are lost
	before func(ctx context.Context, p *cluster.Cluster, random *rand.Rand) error
}

// Ways returns the ways of promotion. If lossy is true, each way may lose commits; otherwise no way
// loses commits.
func Ways(lossy bool) []Way {
	if lossy {
		return []Way{
			{"lossy-failover", true, cutOffFor(300*time.Millisecond, 2*time.Second)},
			{"restore", true, cutOffFor(2*time.Second, 6*time.Second)}, // the standby is like an older copy
		}
	}
	return []Way{
		{"promote", false, func(context.Context, *cluster.Cluster, *rand.Rand) error { return nil }},
		{"promote-stalled", false, func(ctx context.Context, p *cluster.Cluster, random *rand.Rand) error {
			return process.Stall(ctx, p.Standby, interval.Between(random, 500*time.Millisecond, 3*time.Second))
		}},
		{"promote-cut-off", false, cutOffFor(500*time.Millisecond, 3*time.Second)},
		{"promote-unwaited", false, endWaits},
	}
}

// cutOffFor returns a function that blocks all bytes to the standby and then waits for a random
// time. The function does not end the block, because the primary is ended next.
func cutOffFor(from, to time.Duration) func(context.Context, *cluster.Cluster, *rand.Rand) error {
	return func(ctx context.Context, p *cluster.Cluster, random *rand.Rand) error {
		p.Stream.Deaf.Store(true)
		interval.Pause(ctx, interval.Between(random, from, to))
		return nil
	}
}

// endWaits blocks all bytes to the standby, so that commits wait. endWaits then ends every wait for
// the standby. The commits that waited are now only on the primary, where every reader sees them.
func endWaits(ctx context.Context, p *cluster.Cluster, random *rand.Rand) error {
	p.Stream.Deaf.Store(true)
	for range 4 {
		interval.Pause(ctx, interval.Between(random, 200*time.Millisecond, time.Second))
		end := []string{"pg_cancel_backend", "pg_terminate_backend"}[random.IntN(2)]
		if _, err := session.One[int64](ctx, p.Owner(), `SELECT count(`+end+`(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`); err != nil {
			return err
		}
	}
	return nil
}
