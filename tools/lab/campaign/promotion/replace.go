//go:build linux

package promotion

import (
	"context"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// Replace ends the primary permanently, promotes the standby, and starts a new standby of the new
// primary.
func Replace(ctx context.Context, p *cluster.Cluster, way Way, random *rand.Rand) error {
	if !way.loses {
		if err := p.Synchronous(ctx); err != nil {
			return err
		}
		interval.Pause(ctx, time.Second)
	}
	if err := way.before(ctx, p, random); err != nil {
		return err
	}
	if err := p.TakeOver(ctx); err != nil {
		return err
	}
	return p.StandBehind(ctx)
}
