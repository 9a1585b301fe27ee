//go:build linux

package checks

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/pauses"
)

func slowestInTime(e *evidence.Evidence, v *evidence.Verdict) {
	found := pauses.SlowestCommand(e)
	v.Looked = found.Looked
	if e.History.Slowest > 0 && found.Longest >= e.History.Slowest {
		v.Violated("%s to API %d at %v took %v; the campaign itself was late by %v then", found.Kind, found.Process, found.At, found.Longest, found.Late)
	}
}
