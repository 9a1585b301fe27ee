//go:build linux

package subscribers

import (
	"context"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/balancer"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// Start starts all subscribers, each at a random time within the first seconds.
func Start(w *world.World, seed uint64, log Log) *Subscribers {
	s := &Subscribers{apis: balancer.New(w.Apis), tokens: w.Issuer, log: log}
	for _, api := range w.Apis {
		s.fronts = append(s.fronts, api.Front.Address())
	}
	ctx, end := context.WithCancel(context.Background())
	s.end = end
	for number, p := range plans() {
		one := &subscriber{plan: p, subscribers: s, random: rand.New(rand.NewPCG(seed, uint64(1_000_000+number))), home: number}
		one.got = history.Followed{Name: p.name, Filter: history.Filter{Subject: p.subject, Types: p.types}, OfRows: p.form == row, Ends: make(map[string]int)}
		if p.operate {
			one.got.Filter.Subject = ""
		}
		s.all = append(s.all, one)
		s.running.Go(func() { one.run(ctx) })
	}
	return s
}

// catchUpFor is the time limit within which all subscribers must reach the end of the log.
const catchUpFor = time.Minute

// Finish waits until all subscribers have reached the end of the log, but for at most a minute.
// Then Finish ends the subscribers, and returns the events and rows that they got.
func (s *Subscribers) Finish(ctx context.Context, head int64) (all []history.Followed) {
	for deadline := time.Now().Add(catchUpFor); time.Now().Before(deadline) && ctx.Err() == nil && !s.reached(head); {
		interval.Pause(ctx, 20*time.Millisecond)
	}
	s.Stop()
	for _, one := range s.all {
		one.got.Reached = one.reached.Load()
		all = append(all, one.got)
	}
	return all
}

func (s *Subscribers) reached(head int64) bool {
	for _, one := range s.all {
		if one.reached.Load() < head {
			return false
		}
	}
	return true
}

// Stop ends all subscribers.
func (s *Subscribers) Stop() {
	s.end()
	s.running.Wait()
}
