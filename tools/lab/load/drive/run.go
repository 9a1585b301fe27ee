package drive

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// run is the execution of a plan.
type run struct {
	plan      Plan
	addresses []string
	window    *window
	recorder  *measure.Recorder
	late      measure.Lateness
}

// farAway is the maximum duration of a run that ends after a number of steps (operations of
// clients).
const farAway = 365 * 24 * time.Hour

func newRun(plan Plan) (*run, error) {
	r := &run{plan: plan}
	for _, text := range plan.URLs {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" || u.Host == "" {
			return nil, fmt.Errorf("%q is no URL like http://127.0.0.1:8080", text)
		}
		r.addresses = append(r.addresses, u.Host)
	}
	from := time.Now().Add(plan.Warmup)
	r.window = &window{from: from, until: from.Add(cmp.Or(plan.Duration, farAway)), count: plan.Count}
	r.recorder = measure.NewRecorder(from, r.window.until)
	return r, nil
}

func (r *run) newClient(number int) *Client {
	return &Client{
		Rand:       rand.New(rand.NewPCG(r.plan.Seed, uint64(number))),
		Process:    number % len(r.addresses),
		Processes:  len(r.addresses),
		Timeout:    r.plan.Timeout,
		connection: wire.NewConnection(r.addresses[number%len(r.addresses)], r.plan.Timeout),
		window:     r.window,
		shard:      r.recorder.Shard(number),
	}
}
