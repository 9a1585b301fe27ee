//go:build linux

package checks

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// readiness checks a guarantee about the lock that every append needs. While a session of another
// program holds this lock, no API process may report that it is ready.
func readiness(e *evidence.Evidence, v *evidence.Verdict) {
	for _, p := range e.History.Probes {
		for _, l := range e.History.Lockings {
			if p.Sent < l.From || p.Done > l.To {
				continue
			}
			v.Looked++
			if p.Ready {
				v.Violated("API %d was ready at %v, and somebody held the append lock from %v to %v", p.Process, p.Sent, l.From, l.To)
			}
		}
	}
}
