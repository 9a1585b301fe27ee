//go:build linux

package readmodels

import (
	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Copied returns the rows that each read model of package copies must have for this log.
func Copied(log []history.Event) (want [copies.Buckets]copies.Row) {
	for _, recorded := range log {
		want[copies.BucketOf(recorded.Account)].Add(recorded.Position, recorded.Id, recorded.Delta(), sample.TextOf(recorded.Kind, recorded.Key))
	}
	return want
}

// CopiesAreComplete compares each read model of package copies with the log.
func CopiesAreComplete(e *evidence.Evidence, v *evidence.Verdict) {
	want := Copied(e.History.Log)
	for name, got := range e.History.Copies {
		v.Looked++
		for bucket := range want {
			if got[bucket] != want[bucket] {
				v.Violated("%s has %+v in bucket %d, and the log says %+v", name, got[bucket], bucket, want[bucket])
				break
			}
		}
	}
}
