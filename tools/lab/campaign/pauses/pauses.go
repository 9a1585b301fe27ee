//go:build linux

package pauses

import (
	"cmp"
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/hits"
	"example.com/pgcqrs/tools/lab/campaign/inject"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// PauseOf contains the longest time that a command took in a process without a fault, while another
// API process had a fault of one kind.
type PauseOf struct {
	Kind    string        `json:"fault"`
	Longest time.Duration `json:"nanoseconds"`
	At      time.Duration `json:"at_nanoseconds"`
	During  []string      `json:"during"` // faults that were active at that time
	Looked  int           `json:"faults_looked_at"`
}

// Of examines the faults of single API processes, except the faults during which another fault
// stopped all processes. For each kind of fault, Of returns the longest time that a call to a
// process without a fault took.
func Of(h *history.History) (found []PauseOf) {
	calls := make([][]answers.Call, sample.Programs) // calls by process, in the order in which they were sent
	for _, c := range h.Calls {
		calls[c.Process] = append(calls[c.Process], c)
	}
	for _, of := range calls {
		slices.SortFunc(of, func(a, b answers.Call) int { return cmp.Compare(a.Sent, b.Sent) })
	}
	byKind := make(map[string]*PauseOf)
	for _, s := range h.Spans {
		if s.Process < 0 || !hits.IsOfAPI(s.Kind) {
			continue
		}
		s.To += hits.Settle
		left := untouched(h.Spans, s)
		if len(left) == 0 {
			continue
		}
		if byKind[s.Kind] == nil {
			byKind[s.Kind] = &PauseOf{Kind: s.Kind}
		}
		p := byKind[s.Kind]
		p.Looked++
		if longest, at := slowest(h.Spans, calls, left, s); longest > p.Longest {
			p.Longest, p.At, p.During = longest, at, hits.During(h.Spans, at, at+longest)
		}
	}
	for _, kind := range inject.Kinds() {
		if p := byKind[kind]; p != nil {
			found = append(found, *p)
		}
	}
	return found
}

// untouched returns the API processes that had no fault while the given fault was active. If a
// fault of all processes was active at that time, untouched returns none.
func untouched(spans []history.Span, of history.Span) (left []int) {
	touched := map[int]bool{of.Process: true}
	for _, s := range spans {
		if s.From <= of.To && of.From <= s.To+hits.Recovery && slices.Contains(hits.Everybody, s.Kind) {
			return nil
		}
		if s.From > of.To || s.To+hits.Settle < of.From {
			continue
		}
		if hits.IsOfAPI(s.Kind) {
			touched[s.Process] = true
		}
	}
	for process := range sample.Programs {
		if !touched[process] {
			left = append(left, process)
		}
	}
	return left
}

// ofAll reports whether one of certain faults was active during a call, or ended shortly before the
// call. These are the faults that affect all processes, or a process that the history does not
// name.
func ofAll(spans []history.Span, c answers.Call) bool {
	return slices.ContainsFunc(spans, func(s history.Span) bool {
		switch {
		case slices.Contains(hits.Everybody, s.Kind):
			return s.From <= c.Done && s.To+hits.Recovery >= c.Sent
		case hits.OfAny(s.Kind):
			return s.From <= c.Done && s.To+hits.Settle >= c.Sent
		}
		return false
	})
}

// slowest examines the calls to the given processes that overlap the fault s. The result longest is
// the time that the longest of these calls took, and the result at is the time at which that call
// was sent.
func slowest(spans []history.Span, calls [][]answers.Call, processes []int, s history.Span) (longest, at time.Duration) {
	for _, process := range processes {
		first, _ := slices.BinarySearchFunc(calls[process], s.From-answers.CallFor, func(c answers.Call, from time.Duration) int { return cmp.Compare(c.Sent, from) })
		for _, c := range calls[process][first:] {
			if c.Sent > s.To {
				break
			}
			if d := c.Done - c.Sent; c.Done >= s.From && d > longest && !ofAll(spans, c) {
				longest, at = d, c.Sent
			}
		}
	}
	return longest, at
}
