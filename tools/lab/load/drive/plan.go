package drive

import (
	"cmp"
	"errors"
	"time"
)

// Plan describes a load. Duration or Count is required; other zero fields have the default that is
// named here.
type Plan struct {
	URLs     []string       // base URLs; clients are spread over them
	Name     string         // of the load, for readers of the result
	Step     Step           // what a client does, again and again
	Clients  int            // closed loop: clients that each wait for an answer before they continue (default 64)
	Rate     float64        // steps a second; above 0 the loop is open, and Clients bounds how many steps run at once (default 1024)
	Shed     bool           // open loop: a step is left out if no client is free when it is due
	Duration time.Duration  // how long to measure
	Count    int64          // how many steps to measure; 0: no bound
	Warmup   time.Duration  // the same load before it, not measured
	Timeout  time.Duration  // of one request (default 10 s)
	Seed     uint64         // of every choice
	Progress func(Progress) // nil, or receives the progress a few times a second
}

// Progress tells how far a run is.
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
		return p, errors.New("the plan has neither a duration nor a count")
	case len(p.URLs) == 0:
		return p, errors.New("the plan has no URL")
	case p.Step == nil:
		return p, errors.New("the plan has no step")
	}
	return p, nil
}
