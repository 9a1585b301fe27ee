package measure

import (
	"time"
)

// Result is what a run measured. Times in JSON are milliseconds.
type Result struct {
	Name     string    `json:"name"`
	URLs     []string  `json:"urls"`
	Clients  int       `json:"clients"`        // of a closed loop; the bound of an open one
	Rate     float64   `json:"rate,omitempty"` // of an open loop, as planned
	Started  time.Time `json:"started"`
	Seconds  float64   `json:"seconds"` // that were measured
	Parts    []Part    `json:"parts"`   // the first part of a step comes first
	Schedule *Schedule `json:"schedule,omitempty"`
}

// Part is one kind of request, or of wait, of a run's steps.
type Part struct {
	Name            string           `json:"name"`
	Count           int64            `json:"count"` // what went well
	Failed          int64            `json:"failed"`
	PerSecond       float64          `json:"per_second"` // of what went well, without what came after the end
	FailedPerSecond float64          `json:"failed_per_second,omitempty"`
	Latency         Latency          `json:"latency_ms"` // of what went well
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

// Point of a distribution: this share of all took no longer.
type Point struct {
	Percent float64 `json:"percent"`
	Millis  float64 `json:"ms"`
}

// Schedule is how well an open loop kept to its own.
type Schedule struct {
	Late   Latency `json:"late_ms"` // the generator's own fault
	Waited int64   `json:"waited"`  // began late because all clients were busy
	Unsent int64   `json:"unsent"`  // were due and never began
}

// Part is the part of that name, empty if there is none.
func (r *Result) Part(name string) Part {
	for _, p := range r.Parts {
		if p.Name == name {
			return p
		}
	}
	return Part{Name: name}
}

// Failed is how much of all parts failed.
func (r *Result) Failed() (failed int64) {
	for _, p := range r.Parts {
		failed += p.Failed
	}
	return failed
}
