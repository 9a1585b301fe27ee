//go:build linux

package checks

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// snapshotsCount checks that long streams were loaded from snapshots at all. Other checks verify
// the decisions.
func snapshotsCount(e *evidence.Evidence, v *evidence.Verdict) {
	if v.Looked = int(min(e.History.Kept.Taken, e.History.Kept.Used)); v.Looked == 0 && !e.History.Some {
		v.Violated("%d snapshots were taken, and %d used", e.History.Kept.Taken, e.History.Kept.Used)
	}
}
