//go:build linux

package inject

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/promotion"
)

// Promote promotes the standby several times. After each promotion, the new primary gets a new
// standby. Promote returns after the last promotion.
func (i *injector) Promote(ctx context.Context, o options.Options, progress func(left time.Duration)) error {
	random := rand.New(rand.NewPCG(o.Seed, 0))
	ways, began := promotion.Ways(o.Lossy), time.Now()
	for n := range o.Promotions {
		interval.Pause(ctx, interval.Between(random, 2*time.Second, 4*time.Second))
		way, err := ways[n%len(ways)], error(nil)
		i.record(way.Kind, -1, func() error {
			err = promotion.Replace(ctx, i.world.Postgres, way, random)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", way.Kind, err)
		}
		took := time.Since(began) / time.Duration(n+1)
		progress(took * time.Duration(o.Promotions-n-1))
	}
	interval.Pause(ctx, 3*time.Second)
	return ctx.Err()
}
