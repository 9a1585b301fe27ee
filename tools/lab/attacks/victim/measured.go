//go:build linux

package victim

import (
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// Part holds the measurements of one kind of request.
type Part struct {
	Took   []time.Duration // time of each answered request, from when it was due
	Failed traffic.Tally
}

// Measured holds the measurements of reads and of writes.
type Measured struct{ Reads, Writes Part }

// Good returns the number of requests whose answer was a success.
func (m Measured) Good() int { return len(m.Reads.Took) + len(m.Writes.Took) }

// All returns the number of requests that were made.
func (m Measured) All() int { return m.Good() + int(m.Failures().Total()) }

// Answered returns the share of requests whose answer was a success.
func (m Measured) Answered() float64 { return float64(m.Good()) / float64(max(1, m.All())) }

// Failures returns, for each kind of failure, the number of requests that failed.
func (m Measured) Failures() traffic.Tally {
	failed := traffic.Tally{}
	for _, p := range []Part{m.Reads, m.Writes} {
		for kind, count := range p.Failed {
			failed[kind] += count
		}
	}
	return failed
}

// P99 returns the 99th percentile of the times of the requests whose answer was a success.
func (p Part) P99() time.Duration {
	if len(p.Took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(p.Took))
	return sorted[(len(sorted)*99+99)/100-1]
}
