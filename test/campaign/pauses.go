package main

import (
	"slices"
	"time"
)

// pauseOf is how long a kind of fault of one API process kept the others from answering
// commands, at worst.
type pauseOf struct {
	Kind    string        `json:"fault"`
	Longest time.Duration `json:"nanoseconds"`
	At      time.Duration `json:"at_nanoseconds"`
	Looked  int           `json:"faults_looked_at"`
}

// everybody are the faults that stop all processes, as they must.
var everybody = []string{"crash-postgres", "disk-full", "failover"}

const settle = time.Second // after a fault

// pauses looks at faults of one API process during which nothing happened to all, and
// some other process was left alone.
func pauses(h *history) (found []pauseOf) {
	answers := make([][]time.Duration, programs) // by process, in order
	for _, c := range h.calls {
		if c.succeeded() {
			answers[c.process] = append(answers[c.process], c.done)
		}
	}
	for _, a := range answers {
		slices.Sort(a)
	}
	byKind := make(map[string]*pauseOf)
	for _, s := range h.spans {
		if s.process < 0 || !isOfAPI(s.kind) {
			continue
		}
		s.to += settle
		left := untouched(h.spans, s)
		if len(left) == 0 {
			continue
		}
		if byKind[s.kind] == nil {
			byKind[s.kind] = &pauseOf{Kind: s.kind}
		}
		p := byKind[s.kind]
		p.Looked++
		if longest, at := gap(answers, left, s); longest > p.Longest {
			p.Longest, p.At = longest, at
		}
	}
	for _, kind := range kinds() {
		if p := byKind[kind]; p != nil {
			found = append(found, *p)
		}
	}
	return found
}

func isOfAPI(kind string) bool {
	return slices.Contains([]string{"kill-api", "freeze-api", "cut-api", "half-open-api", "lost-answer-api"}, kind)
}

// untouched are the processes that nothing happened to during a fault of another.
func untouched(spans []span, of span) (left []int) {
	touched := map[int]bool{of.process: true}
	for _, s := range spans {
		if s.from > of.to || s.to+settle < of.from {
			continue
		}
		if slices.Contains(everybody, s.kind) {
			return nil
		}
		if isOfAPI(s.kind) {
			touched[s.process] = true
		}
	}
	for process := range programs {
		if !touched[process] {
			left = append(left, process)
		}
	}
	return left
}

// gap is the longest time between two answers of these processes during a fault.
func gap(answers [][]time.Duration, processes []int, s span) (longest, at time.Duration) {
	var within []time.Duration
	for _, process := range processes {
		from, _ := slices.BinarySearch(answers[process], s.from)
		to, _ := slices.BinarySearch(answers[process], s.to)
		within = append(within, answers[process][from:to]...)
	}
	within = append(within, s.from, s.to)
	slices.Sort(within)
	for i := 1; i < len(within); i++ {
		if d := within[i] - within[i-1]; d > longest {
			longest, at = d, within[i-1]
		}
	}
	return longest, at
}
