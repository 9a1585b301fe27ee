//go:build linux

package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// pauseOf is how long, at worst, a command to another process took while one API process
// had a fault of a kind.
type pauseOf struct {
	Kind    string        `json:"fault"`
	Longest time.Duration `json:"nanoseconds"`
	At      time.Duration `json:"at_nanoseconds"`
	During  []string      `json:"during"` // what else was going on then
	Looked  int           `json:"faults_looked_at"`
}

// everybody are the faults that stop all processes, as they must.
var everybody = []string{
	"crash-postgres", "disk-full", "failover", "foreign-append-lock", "foreign-events-lock", "required-standby-stalls", "required-standby-cut-off",
	"promote", "promote-stalled", "promote-cut-off", "promote-unwaited", "lossy-failover", "restore",
}

const (
	settle   = time.Second     // after a fault of one process
	recovery = 3 * time.Second // after one of all: they try again once a second
)

// pauses looks at faults of one API process during which nothing happened to all: how
// long did a command wait, at worst, that was sent to a process that was left alone?
func pauses(h *history) (found []pauseOf) {
	calls := make([][]call, programs) // by process, in the order of their sending
	for _, c := range h.calls {
		calls[c.process] = append(calls[c.process], c)
	}
	for _, of := range calls {
		slices.SortFunc(of, func(a, b call) int { return cmp.Compare(a.sent, b.sent) })
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
		if longest, at := slowest(h.spans, calls, left, s); longest > p.Longest {
			p.Longest, p.At, p.During = longest, at, during(h.spans, at, at+longest)
		}
	}
	for _, kind := range kinds() {
		if p := byKind[kind]; p != nil {
			found = append(found, *p)
		}
	}
	return found
}

// during are the faults that were under way, or had been a moment ago.
func during(spans []span, from, to time.Duration) (names []string) {
	for _, s := range spans {
		if s.from <= to && s.to+settle/4 >= from {
			names = append(names, fmt.Sprintf("%s (%v to %v)", nameOf(s), (s.from-from).Round(time.Millisecond), (s.to-from).Round(time.Millisecond)))
		}
	}
	return names
}

func nameOf(s span) string {
	if s.process < 0 {
		return s.kind
	}
	return fmt.Sprint(s.kind, " ", s.process)
}

func isOfAPI(kind string) bool {
	return slices.Contains([]string{"kill-api", "freeze-api", "cut-api", "half-open-api", "lost-answer-api", "part-of-a-flight", "slow-api", "end-api"}, kind)
}

// untouched are the processes that nothing happened to during a fault of another.
func untouched(spans []span, of span) (left []int) {
	touched := map[int]bool{of.process: true}
	for _, s := range spans {
		if s.from <= of.to && of.from <= s.to+recovery && slices.Contains(everybody, s.kind) {
			return nil
		}
		if s.from > of.to || s.to+settle < of.from {
			continue
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

// ofAll says whether something happened to all processes while a call was under way, or
// just before: or to any, for nobody knows whose session the database ended.
func ofAll(spans []span, c call) bool {
	return slices.ContainsFunc(spans, func(s span) bool {
		switch {
		case slices.Contains(everybody, s.kind):
			return s.from <= c.done && s.to+recovery >= c.sent
		case ofAny(s.kind):
			return s.from <= c.done && s.to+settle >= c.sent
		}
		return false
	})
}

// slowest is the longest time that a call to one of these processes took that was under
// way during a fault.
func slowest(spans []span, calls [][]call, processes []int, s span) (longest, at time.Duration) {
	for _, process := range processes {
		first, _ := slices.BinarySearchFunc(calls[process], s.from-callFor, func(c call, from time.Duration) int { return cmp.Compare(c.sent, from) })
		for _, c := range calls[process][first:] {
			if c.sent > s.to {
				break
			}
			if d := c.done - c.sent; c.done >= s.from && d > longest && !ofAll(spans, c) {
				longest, at = d, c.sent
			}
		}
	}
	return longest, at
}
