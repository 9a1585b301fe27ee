//go:build linux

package inject

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// injector causes faults. At most one fault of each kind is active at a time.
type injector struct {
	world   *world.World
	history *history.History
	running sync.WaitGroup

	mu      sync.Mutex
	waiting []fault // kinds that must come before another kind may come again, in a random order; nil: none, in a short run
	dealt   int     // how many of these have come
	busy    map[string]bool
	failed  map[string]string // by kind: why the last attempt to cause the fault failed
}

func New(w *world.World, h *history.History) *injector {
	return &injector{world: w, history: h, busy: make(map[string]bool), failed: make(map[string]string)}
}

// Inject causes faults at random times until the run's duration has passed, and returns when the
// effects of all faults are undone. In a run that is long enough, each kind comes once before the
// weights decide, so that also a rare kind comes. If the options select no kinds of faults, Inject
// also promotes the standby once, after four fifths of the duration.
func (i *injector) Inject(ctx context.Context, o options.Options, progress func(left time.Duration)) error {
	known, err := Chosen(o.Only)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(o.Seed, 0))
	if o.Duration >= 2*time.Duration(len(known))*o.Every {
		i.waiting = slices.Clone(known)
		random.Shuffle(len(known), func(a, b int) { i.waiting[a], i.waiting[b] = i.waiting[b], i.waiting[a] })
	}
	until, failover, shown := time.Now().Add(o.Duration), time.Now().Add(o.Duration*4/5), time.Now()
	for time.Now().Before(until) && ctx.Err() == nil {
		interval.Pause(ctx, min(time.Duration(random.ExpFloat64()*float64(o.Every)), 10*o.Every))
		i.start(ctx, known, random)
		if o.Only == "" && !failover.IsZero() && time.Now().After(failover) && i.failover(ctx) {
			failover = time.Time{}
		}
		if time.Since(shown) > progressEvery {
			shown = time.Now()
			progress(time.Until(until))
		}
	}
	i.running.Wait()
	return ctx.Err()
}

// start causes one fault. Random numbers select the kind of the fault and the process. The seed of
// the run determines these numbers. If a fault of the same kind is still active, start does
// nothing.
func (i *injector) start(ctx context.Context, known []fault, random *rand.Rand) {
	f, victim, own := i.next(known, random), -1, rand.New(rand.NewPCG(random.Uint64(), 0))
	if f.victims > 0 {
		victim = random.IntN(f.victims)
	}
	if !i.take(f.kind) {
		return
	}
	i.running.Go(func() {
		if !i.record(f.kind, victim, func() error { return f.do(ctx, i.world, victim, own) }) {
			i.putBack(f)
		}
	})
}

// next returns the kind of the next fault.
func (i *injector) next(known []fault, random *rand.Rand) fault {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.waiting) > 0 && (i.dealt < len(known) || random.IntN(4) == 0) { // a kind that was put back may be impossible in this run
		first := i.waiting[0]
		i.waiting = i.waiting[1:]
		i.dealt++
		return first
	}
	weights := 0
	for _, f := range known {
		weights += f.weight
	}
	at := 0
	for number := random.IntN(weights) - known[0].weight; number >= 0; number -= known[at].weight {
		at++
	}
	return known[at]
}

func (i *injector) take(kind string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.busy[kind] {
		return false
	}
	i.busy[kind] = true
	return true
}

// record causes a fault. If the fault was possible, record stores its times in the history, and
// returns true.
func (i *injector) record(kind string, victim int, do func() error) bool {
	from := time.Since(i.history.Started)
	err := do()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.busy[kind] = false
	if err == nil {
		i.history.Note(history.Span{Kind: kind, Process: victim, From: from, To: time.Since(i.history.Started)})
	} else if !errors.Is(err, cluster.ErrNotNow) {
		i.failed[kind] = fmt.Sprint(err)
	}
	return err == nil
}

// putBack makes a kind wait again that was not possible.
func (i *injector) putBack(f fault) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.waiting != nil {
		i.waiting = append(i.waiting, f)
	}
}

// failover starts a promotion of the standby. If another fault uses the standby, failover does
// nothing and returns false.
func (i *injector) failover(ctx context.Context) bool {
	if i.world.Postgres.TakeStandby() == nil || !i.take("failover") {
		return false
	}
	i.running.Go(func() { i.record("failover", -1, func() error { return i.world.Postgres.Failover(ctx) }) })
	return true
}

// Impossible returns the kinds of faults that never succeeded, each with the reason of its last
// failure.
func (i *injector) Impossible() map[string]string {
	for _, s := range i.history.Spans {
		delete(i.failed, s.Kind)
	}
	return i.failed
}

const progressEvery = 5 * time.Second
