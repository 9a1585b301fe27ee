//go:build linux

package checks

import (
	"example.com/pgcqrs/tools/lab/campaign/evidence"
)

// snapshotsCount checks that the APIs have loaded long streams from snapshots. Whether the APIs
// decided rightly on these snapshots is checked by other checks.
func snapshotsCount(e *evidence.Evidence, v *evidence.Verdict) {
	if v.Looked = int(min(e.History.Kept.Taken, e.History.Kept.Used)); v.Looked == 0 && !e.History.Some {
		v.Violated("%d snapshots were taken, and %d used", e.History.Kept.Taken, e.History.Kept.Used)
	}
}
