//go:build linux

package victim

import (
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// Part holds what was measured of one kind of request.
type Part struct {
	Took   []time.Duration // times of answered requests, from when they were due
	Failed traffic.Tally
}

// Measured holds what was measured of both kinds of request.
type Measured struct{ Reads, Writes Part }

// Good returns how many requests were answered.
func (m Measured) Good() int { return len(m.Reads.Took) + len(m.Writes.Took) }

// All returns how many requests were made.
func (m Measured) All() int { return m.Good() + int(m.Failures().Total()) }

// Answered returns the share of all that were answered.
func (m Measured) Answered() float64 { return float64(m.Good()) / float64(max(1, m.All())) }

// Failures counts the requests that were not answered, by kind.
func (m Measured) Failures() traffic.Tally {
	failed := traffic.Tally{}
	for _, p := range []Part{m.Reads, m.Writes} {
		for kind, count := range p.Failed {
			failed[kind] += count
		}
	}
	return failed
}

// P99 returns the time within which 99 of 100 answered requests were answered.
func (p Part) P99() time.Duration {
	if len(p.Took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(p.Took))
	return sorted[(len(sorted)*99+99)/100-1]
}
