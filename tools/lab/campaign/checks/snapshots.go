//go:build linux

package checks

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// snapshotsCount looks whether long streams were loaded from snapshots at all: that what was
// decided on them is right is for the other checks.
func snapshotsCount(e *evidence.Evidence, v *evidence.Verdict) {
	if v.Looked = int(min(e.History.Kept.Taken, e.History.Kept.Used)); v.Looked == 0 && !e.History.Some {
		v.Violated("%d snapshots were taken, and %d used", e.History.Kept.Taken, e.History.Kept.Used)
	}
}
