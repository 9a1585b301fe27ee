package drive

import (
	"cmp"
	"errors"
	"time"
)

// Plan describes a load. Either Duration or Count is required. A zero in any other field means the
// default value that the field's comment names.
type Plan struct {
	URLs     []string       // base URLs of the API processes; the clients are spread over them
	Name     string         // name of the load in the result
	Step     Step           // one step of a client, which the client repeats
	Clients  int            // closed loop: number of clients, each of which waits for an answer before it continues (default 64)
	Rate     float64        // steps per second; above 0 the loop is open, and Clients is the maximum of concurrent steps (default 1024)
	Shed     bool           // open loop: leave a step out if no client is free when it is due
	Duration time.Duration  // duration of the measurement
	Count    int64          // number of steps to measure; 0: no limit
	Warmup   time.Duration  // duration of the same load before the measurement
	Timeout  time.Duration  // time limit of one request (default 10 s)
	Seed     uint64         // seed of all random choices
	Progress func(Progress) // receives the progress a few times per second; may be nil
}

// Progress says how much of a run is done.
type Progress struct {
	Warming bool
	Done    int64 // number of recorded steps, failed ones included
	Failed  int64
	Elapsed time.Duration // elapsed part of the duration of the measurement
	Left    time.Duration // remaining time; 0: unknown
	Rate    float64       // answers per second since the previous report
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
