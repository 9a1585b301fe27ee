package measure

import (
	"time"
)

// Result holds the measurements of a run. Times in JSON are in milliseconds.
type Result struct {
	Name     string    `json:"name"`
	URLs     []string  `json:"urls"`
	Clients  int       `json:"clients"`        // number of clients of a closed loop, or maximum of an open loop
	Rate     float64   `json:"rate,omitempty"` // planned rate of an open loop
	Started  time.Time `json:"started"`
	Seconds  float64   `json:"seconds"` // duration of the measurement
	Parts    []Part    `json:"parts"`   // the first part of a step comes first
	Schedule *Schedule `json:"schedule,omitempty"`
}

// Part holds the measurements of one kind of request in a run, or of one kind of waiting time.
type Part struct {
	Name            string           `json:"name"`
	Count           int64            `json:"count"` // number of successes
	Failed          int64            `json:"failed"`
	PerSecond       float64          `json:"per_second"` // successes per second, without answers after the end of the run
	FailedPerSecond float64          `json:"failed_per_second,omitempty"`
	Latency         Latency          `json:"latency_ms"` // times of the successes
	Failing         *Latency         `json:"failing_ms,omitempty"`
	Errors          map[string]int64 `json:"errors,omitempty"`
	Curve           []Point          `json:"curve,omitempty"`
	Timeline        []float64        `json:"per_second_by_quarter_second,omitempty"`
}

// Latency is a distribution of times, in milliseconds.
type Latency struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99.9"`
	Max  float64 `json:"max"`
	Mean float64 `json:"mean"`
}

// Point is a point of a distribution: a time, and the share of requests that took at most that
// time.
type Point struct {
	Percent float64 `json:"percent"`
	Millis  float64 `json:"ms"`
}

// Schedule says how late the steps (operations of clients) of an open loop began, compared with the
// schedule of the loop.
type Schedule struct {
	Late   Latency `json:"late_ms"` // lateness that the generator itself caused
	Waited int64   `json:"waited"`  // number of steps that began late because all clients were busy
	Unsent int64   `json:"unsent"`  // number of steps that were due and never began
}

// Part returns the part (kind of request) with the given name, or an empty part if the result has
// no such part.
func (r *Result) Part(name string) Part {
	for _, p := range r.Parts {
		if p.Name == name {
			return p
		}
	}
	return Part{Name: name}
}

// Failed returns the number of failures in all parts.
func (r *Result) Failed() (failed int64) {
	for _, p := range r.Parts {
		failed += p.Failed
	}
	return failed
}
