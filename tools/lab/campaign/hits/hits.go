//go:build linux

package hits

import (
	"cmp"
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// stretch is a period of time in which a process has a fault, or had a fault shortly before.
type stretch struct{ from, to time.Duration }

// Of returns, for each process, the periods in which the process has a fault, or had a fault
// shortly before. The periods are in order and do not overlap.
func Of(spans []history.Span) [][]stretch {
	all := make([][]stretch, sample.Programs)
	for _, s := range spans {
		for process := range all {
			switch {
			case slices.Contains(Everybody, s.Kind):
				all[process] = append(all[process], stretch{s.From, s.To + Recovery})
			case OfAny(s.Kind), IsOfAPI(s.Kind) && s.Process == process:
				all[process] = append(all[process], stretch{s.From, s.To + Settle})
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

// IsHit reports whether the process had a fault during the call or shortly before it.
func IsHit(hits []stretch, c answers.Call) bool {
	n, _ := slices.BinarySearchFunc(hits, c.Sent, func(s stretch, at time.Duration) int { return cmp.Compare(s.to, at) })
	return n < len(hits) && hits[n].from <= c.Done
}
