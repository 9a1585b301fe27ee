//go:build linux

package readmodels

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

func Sums(e *evidence.Evidence, v *evidence.Verdict) {
	at := make([]int64, len(e.History.Log)+1)
	for i, recorded := range e.History.Log {
		at[i+1] = at[i] + recorded.Delta()
	}
	for _, t := range e.History.Totals {
		v.Looked++
		if t.At < 0 || t.At > int64(len(e.History.Log)) || t.Sum != at[t.At] {
			v.Violated("at position %d the balances add up to %d", t.At, t.Sum)
		}
	}
}
