//go:build linux

package mishaps

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/strangers"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// RotateIssuerKeys makes the issuer sign with a new key from now on. RotateIssuerKeys does nothing
// while the API processes can't reach the issuer, because the processes would refuse every token
// with the new key.
func RotateIssuerKeys(_ context.Context, w *world.World, _ int, _ *rand.Rand) error {
	if w.Issuer.Away.Load() {
		return cluster.ErrNotNow
	}
	w.Issuer.Rotate()
	return nil
}

const nowhereAt = "127.0.0.1:1" // an address on which nobody listens

// IssuerAway makes the issuer stop answering, or refuse connections, for a while. Meanwhile
// IssuerAway sends forged tokens. The API processes try to fetch the keys of these tokens, but do
// not get them.
func IssuerAway(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	i, hangs := w.Issuer, random.IntN(2) == 0
	asking, cancel := context.WithTimeout(ctx, interval.Between(random, 2*time.Second, 5*time.Second))
	defer cancel()
	i.Away.Store(true)
	if i.Wire.Deaf.Store(hangs); !hangs {
		i.Wire.LeadTo(nowhereAt)
	}
	i.Wire.Cut()
	var all sync.WaitGroup
	for process, api := range w.Apis {
		all.Go(func() { strangers.Intrude(asking, w, process, api.Address) })
	}
	<-asking.Done()
	i.Wire.LeadTo(i.Server.Listener.Addr().String())
	i.Wire.Deaf.Store(false)
	i.Wire.Cut()
	i.Away.Store(false)
	all.Wait()
	return nil
}
