//go:build linux

package checks

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// nowhere checks the places in which the service stores something. No place may contain a person's
// text unencrypted, even if the person was not erased.
func nowhere(e *evidence.Evidence, v *evidence.Verdict) {
	for _, s := range e.History.Searched {
		v.Looked++
		for _, found := range s.Found {
			v.Violated("a person's text is in %s: %s", s.Place, found)
		}
		if s.Has && !s.Clear {
			v.Violated("in %s there is not even what is kept in clear, in %d bytes or rows: nobody has looked", s.Place, s.Bytes)
		}
	}
}
