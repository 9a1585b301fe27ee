//go:build linux

package checks

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// readiness checks that no API reports that it is ready while a session of another program holds
// the lock that every append needs.
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
