//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb/fakeclock"
)

// serverClock is the clock of the first primary. That of its standbys is right.
type serverClock struct {
	fake *fakeclock.Clock // nil where there is no libfaketime

	mu   sync.Mutex
	sets []clockSet
}

// clockSet is a change of the server's clock, at some instant between two.
type clockSet struct {
	from, to time.Time
	off      time.Duration
}

func newServerClock(dir string) (*serverClock, error) {
	fake, err := fakeclock.New(filepath.Join(dir, "server-clock"), clockSeen)
	if errors.Is(err, fakeclock.ErrNone) {
		return &serverClock{}, nil
	}
	return &serverClock{fake: fake}, err
}

func (c *serverClock) environment() []string {
	if c.fake == nil {
		return nil
	}
	return c.fake.Environment()
}

// clockSeen is how soon each of the server's processes sees that the clock was set.
const clockSeen = 2 * time.Second

// set does what changes the clock, and notes it.
func (c *serverClock) set(off time.Duration, change func() error) error {
	from := time.Now()
	err := change()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sets = append(c.sets, clockSet{from, time.Now().Add(clockSeen + blur), off})
	return err
}

// jumpServer has the server's clock jump by seconds, days or a year, in either direction,
// and back.
func jumpServer(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	farthest := []time.Duration{50 * time.Second, 48 * time.Hour, 400 * 24 * time.Hour}[random.IntN(3)]
	off := between(random, -farthest, farthest).Truncate(time.Second)
	if err := w.postgres.setClock(off); err != nil {
		return err
	}
	pause(ctx, between(random, 2*clockSeen, 5*clockSeen))
	if err := w.postgres.setClock(0); !errors.Is(err, errNotNow) { // else it is another server's clock by now, which is right
		return err
	}
	return nil
}

func (p *postgres) setClock(off time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clock.fake == nil || p.old != nil {
		return errNotNow
	}
	return p.clock.set(off, func() error { return p.clock.fake.Set(fmt.Sprintf("%+d", int64(off/time.Second))) })
}

// clockOff is by how much the server's clock was off, from a time on, at least and at most.
type clockOff struct {
	from, to time.Duration // it was changed at some time between these
	off      time.Duration
}

// offsets are the changes of the server's clock, with times since the campaign's start.
func (c *serverClock) offsets(started time.Time) (all []clockOff) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sets {
		all = append(all, clockOff{s.from.Sub(started), s.to.Sub(started), s.off})
	}
	return all
}

// off is how far the server's clock can have been off at any time between two.
func (h *history) off(from, to time.Duration) (least, most time.Duration) {
	offs := []time.Duration{0}
	for _, change := range h.clock {
		if change.from > to {
			break
		}
		if change.to < from {
			offs = offs[:0] // nothing from before it counts any more
		}
		offs = append(offs, change.off)
	}
	return slices.Min(offs), slices.Max(offs)
}

const (
	ahead = time.Minute // of the server's clock, at most, is a time of recording; set back by less it stays
	blur  = time.Second // between this process's clock and the server's
)

// recorded compares the times of recording with the server's clock. What is recorded later
// has an earlier time only where the clock was set back by more than a minute.
func recorded(e *evidence, v *verdict) {
	wasSet := slices.ContainsFunc(e.clock, func(c clockOff) bool { return c.off != 0 })
	for i, recorded := range e.log {
		if i > 0 {
			fell := time.Duration(e.log[i-1].recorded-recorded.recorded) * time.Microsecond
			if fell > 0 && (fell <= ahead || !wasSet) {
				v.violated("position %d was recorded %v before the one before it", recorded.position, fell)
			}
		}
		calls := e.byKey[recorded.key]
		answer := slices.IndexFunc(calls, call.succeeded)
		if answer < 0 {
			continue // it may have been recorded at any time
		}
		v.Looked++
		from, to := calls[0].sent, calls[answer].done
		least, most := e.off(from, to)
		at := time.UnixMicro(recorded.recorded).Sub(e.started.Round(0)) // by the server's clock, since the start by ours
		if at < from+least-blur || at > to+most+ahead+blur {
			v.violated("position %d was recorded at %v; it was sent at %v and answered at %v, and the server's clock was off by %v to %v",
				recorded.position, at, from, to, least, most)
		}
	}
}
