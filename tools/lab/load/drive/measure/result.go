package measure

import (
	"time"
)

// Result holds the measurements of a run. Times in JSON are milliseconds.
type Result struct {
	Name     string    `json:"name"`
	URLs     []string  `json:"urls"`
	Clients  int       `json:"clients"`        // of a closed loop; the maximum of an open one
	Rate     float64   `json:"rate,omitempty"` // of an open loop, as planned
	Started  time.Time `json:"started"`
	Seconds  float64   `json:"seconds"` // that were measured
	Parts    []Part    `json:"parts"`   // the first part of a step comes first
	Schedule *Schedule `json:"schedule,omitempty"`
}

// Part holds one kind of request, or of wait, of a run's steps.
type Part struct {
	Name            string           `json:"name"`
	Count           int64            `json:"count"` // successes
	Failed          int64            `json:"failed"`
	PerSecond       float64          `json:"per_second"` // successes a second, without answers after the end
	FailedPerSecond float64          `json:"failed_per_second,omitempty"`
	Latency         Latency          `json:"latency_ms"` // of successes
	Failing         *Latency         `json:"failing_ms,omitempty"`
	Errors          map[string]int64 `json:"errors,omitempty"`
	Curve           []Point          `json:"curve,omitempty"`
	Timeline        []float64        `json:"per_second_by_quarter_second,omitempty"`
}

// Latency is a distribution, in milliseconds.
type Latency struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99.9"`
	Max  float64 `json:"max"`
	Mean float64 `json:"mean"`
}

// Point is a point of a distribution: this share of all took no longer.
type Point struct {
	Percent float64 `json:"percent"`
	Millis  float64 `json:"ms"`
}

// Schedule holds how well an open loop kept its schedule.
type Schedule struct {
	Late   Latency `json:"late_ms"` // caused by the generator itself
	Waited int64   `json:"waited"`  // began late because all clients were busy
	Unsent int64   `json:"unsent"`  // were due and never began
}

// Part returns the part of that name, or an empty one.
func (r *Result) Part(name string) Part {
	for _, p := range r.Parts {
		if p.Name == name {
			return p
		}
	}
	return Part{Name: name}
}

// Failed returns how many of all parts failed.
func (r *Result) Failed() (failed int64) {
	for _, p := range r.Parts {
		failed += p.Failed
	}
	return failed
}
