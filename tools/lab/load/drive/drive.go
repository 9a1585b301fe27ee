// Package drive puts load on running API processes over HTTP and measures what comes
// back. It knows the API as a client does. It never sends anything twice by itself:
// an error that it hid would be an error that nobody counts.
package drive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"time"
)

// Plan says what load to make. Duration or Count is required; what else is zero has
// the default that is named here.
type Plan struct {
	URLs     []string       // base URLs; clients are spread over them
	Name     string         // of the load, for whoever reads the result
	Step     Step           // what a client does, again and again
	Clients  int            // closed loop: clients that each wait for an answer before they go on (default 64)
	Rate     float64        // steps a second; above 0 the loop is open, and Clients bounds what is under way at once (default 1024)
	Shed     bool           // open loop: a step that no client is free for when it is due is never made, rather than late
	Duration time.Duration  // how long to measure
	Count    int64          // how many steps to measure; 0: no bound
	Warmup   time.Duration  // the same load before it, not measured
	Timeout  time.Duration  // of one request (default 10 s)
	Accounts *Accounts      // what the steps are about
	Seed     uint64         // of every choice
	Progress func(Progress) // nil, or told a few times a second how far it is
}

// Step is one operation of a client: it sends its requests and records them.
type Step func(c *Client)

// Progress is how far a run is.
type Progress struct {
	Warming bool
	Done    int64 // of what is recorded, with the failed
	Failed  int64
	Elapsed time.Duration // of the measured time
	Left    time.Duration // 0: unknown
	Rate    float64       // answers a second since the last time
}

func (p Plan) withDefaults() (Plan, error) {
	if p.Rate > 0 {
		p.Clients = cmp.Or(p.Clients, 1024)
	}
	p.Clients = cmp.Or(p.Clients, 64)
	p.Timeout = cmp.Or(p.Timeout, 10*time.Second)
	switch {
	case p.Duration <= 0 && p.Count <= 0:
		return p, errors.New("neither a duration nor a count says when to end")
	case len(p.URLs) == 0:
		return p, errors.New("there is no URL to send to")
	case p.Step == nil:
		return p, errors.New("there is no step to make")
	}
	return p, nil
}

// Run makes the load and returns what it measured. Ending ctx ends it early, with
// what was measured until then.
func Run(ctx context.Context, plan Plan) (*Result, error) {
	plan, err := plan.withDefaults()
	if err != nil {
		return nil, err
	}
	r, err := newRun(plan)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var watching sync.WaitGroup
	watching.Go(func() { r.watch(ctx) })
	if plan.Rate > 0 {
		r.open(ctx)
	} else {
		r.closed(ctx)
	}
	cancel()
	watching.Wait()
	return r.result(), nil
}

// run is a plan that is under way.
type run struct {
	Plan
	addresses []string
	from      time.Time // what begins before is warm-up
	until     time.Time // what begins later is not sent
	recorder  *recorder
	steps     counter // measured steps that have begun
	late      lateness
}

// farAway ends a run that only a count bounds.
const farAway = 365 * 24 * time.Hour

func newRun(plan Plan) (*run, error) {
	r := &run{Plan: plan}
	for _, text := range plan.URLs {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" || u.Host == "" {
			return nil, fmt.Errorf("%q is no URL like http://127.0.0.1:8080", text)
		}
		r.addresses = append(r.addresses, u.Host)
	}
	r.from = time.Now().Add(plan.Warmup)
	r.until = r.from.Add(cmp.Or(plan.Duration, farAway))
	r.recorder = newRecorder(r.from, r.until)
	return r, nil
}

func (r *run) newClient(number int) *Client {
	return &Client{
		run:        r,
		process:    number % len(r.addresses),
		Rand:       rand.New(rand.NewPCG(r.Seed, uint64(number))),
		Connection: NewConnection(r.addresses[number%len(r.addresses)], r.Timeout),
		shard:      r.recorder.shards[number%len(r.recorder.shards)],
	}
}

// measuring says whether the warm-up is over at a time.
func (r *run) measuring(now time.Time) bool { return !now.Before(r.from) }

// measures says whether to record what began at a time, and is over now. What the
// warm-up has left behind is measured, too, unless somebody counts: more load than
// the server can take keeps everybody busy with steps that were due long ago.
func (r *run) measures(began, now time.Time) bool {
	if r.Count > 0 {
		return r.measuring(began)
	}
	return r.measuring(now)
}

// takesAnother says whether another measured step may begin.
func (r *run) takesAnother() bool {
	return r.Count == 0 || r.steps.next() <= r.Count
}
