package drive

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
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

func (r *run) result() *Result {
	parts, order, last := r.recorder.merged()
	end := time.Now() // before until if somebody ended it, and after it if answers were slow
	if r.until.Before(end) {
		end = r.until
	}
	if r.Duration == 0 && !last.IsZero() {
		end = last
	}
	result := &Result{
		Name: r.Name, URLs: r.URLs, Clients: r.Clients, Rate: r.Rate, Started: r.from,
		Seconds: max(0, end.Sub(r.from).Seconds()),
	}
	if len(order) > 1 {
		slices.Sort(order[1:]) // which came first may be by chance
	}
	for _, name := range order {
		result.Parts = append(result.Parts, parts[name].summary(name, result.Seconds))
	}
	if r.Rate > 0 {
		result.Schedule = r.late.summary()
	}
	return result
}

func (p *part) summary(name string, seconds float64) Part {
	s := Part{
		Name: name, Count: p.ok.TotalCount(), Failed: p.failed.TotalCount(), Latency: latencyOf(p.ok),
		Errors: p.errors, Curve: curveOf(p.ok),
	}
	if s.Failed > 0 {
		s.Failing = new(latencyOf(p.failed))
	}
	if seconds > 0 {
		s.PerSecond = float64(p.inTime[true]) / seconds
		s.FailedPerSecond = float64(p.inTime[false]) / seconds
	}
	whole := int(seconds / TimelineSlice.Seconds()) // the rest of one, and what came after the end, would look like a change
	for _, n := range p.timeline[:min(whole, len(p.timeline))] {
		s.Timeline = append(s.Timeline, float64(n)/TimelineSlice.Seconds())
	}
	return s
}

func (l *lateness) summary() *Schedule {
	s := &Schedule{Waited: l.waited, Unsent: l.unsent}
	if l.own != nil {
		s.Late = latencyOf(l.own)
	}
	return s
}

func latencyOf(h *hdrhistogram.Histogram) Latency {
	at := func(percent float64) float64 { return float64(h.ValueAtPercentile(percent)) / 1000 }
	return Latency{P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: at(100), Mean: h.Mean() / 1000}
}

// curveOf follows a distribution closer the nearer it gets to its end.
func curveOf(h *hdrhistogram.Histogram) []Point {
	var curve []Point
	total := float64(h.TotalCount())
	for rest := 100.0; rest*total >= 100; rest *= 0.891251 { // twenty points for each nine
		curve = append(curve, Point{100 - rest, float64(h.ValueAtPercentile(100-rest)) / 1000})
	}
	return curve
}
