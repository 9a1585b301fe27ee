//go:build linux

package main

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// slow is the command that took longest of the API processes that were not hit, while
// PostgreSQL and its required standby answered: from its sending to an answer that is final.
type slow struct {
	Longest time.Duration `json:"nanoseconds"`
	At      time.Duration `json:"at_nanoseconds"`
	Process int           `json:"process"`
	Kind    string        `json:"command"`
	Looked  int           `json:"commands_looked_at"`
	During  []string      `json:"during"` // faults of others
	Late    time.Duration `json:"campaign_late_nanoseconds"`
}

// stretch is a time in which a process is hit.
type stretch struct{ from, to time.Duration }

// hits are the times in which each process is hit, or has just been, in their order.
func hits(spans []span) [][]stretch {
	all := make([][]stretch, programs)
	for _, s := range spans {
		for process := range all {
			switch {
			case slices.Contains(everybody, s.kind):
				all[process] = append(all[process], stretch{s.from, s.to + recovery})
			case ofAny(s.kind), isOfAPI(s.kind) && s.process == process:
				all[process] = append(all[process], stretch{s.from, s.to + settle})
			}
		}
	}
	for process, of := range all {
		slices.SortFunc(of, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
		merged := of[:0]
		for _, s := range of {
			if last := len(merged) - 1; last >= 0 && s.from <= merged[last].to {
				merged[last].to = max(merged[last].to, s.to)
			} else {
				merged = append(merged, s)
			}
		}
		all[process] = merged
	}
	return all
}

// ofAny says of a fault that it is of one process, and nobody knows which: the database ends
// anybody's session, a restart goes from one to the next.
func ofAny(kind string) bool { return kind == "terminate-backend" || kind == "rolling-restart" }

// isHit says whether a process was hit at any time of a call.
func isHit(hits []stretch, c call) bool {
	n, _ := slices.BinarySearchFunc(hits, c.sent, func(s stretch, at time.Duration) int { return cmp.Compare(s.to, at) })
	return n < len(hits) && hits[n].from <= c.done
}

// slowestCommand looks at each command from the first call on that a process got that was not
// hit, to the answer, or to the next call to a process that was.
func slowestCommand(e *evidence) (found slow) {
	of := hits(e.spans)
	for _, calls := range e.byKey {
		begun := time.Duration(-1)
		for _, c := range calls {
			if isHit(of[c.process], c) {
				begun = -1
				continue
			}
			if begun < 0 {
				begun = c.sent
				found.Looked++
			}
			if took := c.done - begun; took > found.Longest {
				found.Longest, found.At, found.Process, found.Kind = took, begun, c.process, c.kind
			}
			if !c.comesAgain() {
				begun = -1
			}
		}
	}
	found.During = during(e.spans, found.At, found.At+found.Longest)
	found.Late = e.lateAt(found.At, found.At+found.Longest)
	return found
}

// comesAgain says that the client sends the command again because of this answer.
func (c call) comesAgain() bool {
	return !c.succeeded() && (!c.refused() || c.undecided())
}

func slowestInTime(e *evidence, v *verdict) {
	found := slowestCommand(e)
	v.Looked = found.Looked
	if e.slowest > 0 && found.Longest >= e.slowest {
		v.violated("%s to API %d at %v took %v; the campaign itself was late by %v then", found.Kind, found.Process, found.At, found.Longest, found.Late)
	}
}

// lateness is how late this program was, which does nothing but run: the machine was busy.
type lateness struct{ at, by time.Duration }

const (
	lookLate  = 10 * time.Millisecond
	worthNote = 50 * time.Millisecond
)

// watchLateness notes when this program was late, until stop.
func (h *history) watchLateness() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			at := time.Since(h.started)
			pause(ctx, lookLate)
			if by := time.Since(h.started) - at - lookLate; by > worthNote {
				h.late = append(h.late, lateness{at, by})
			}
		}
	})
	return func() { cancel(); watching.Wait() }
}

// lateAt is how late this program was, at worst, between two times.
func (h *history) lateAt(from, to time.Duration) (most time.Duration) {
	for _, l := range h.late {
		if l.at <= to && l.at+lookLate+l.by >= from {
			most = max(most, l.by)
		}
	}
	return most
}
