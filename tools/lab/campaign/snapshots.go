//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
)

// snapshotKey is what the campaign's programs authenticate snapshots by.
const snapshotKey = "SNAPSHOT_KEY=the campaign's, of thirty-two bytes or more"

// kept is what became of snapshots of long streams: how many there are at the end, and how many
// API processes have loaded a stream from since they were started last.
type kept struct{ taken, used int64 }

var usedSnapshots = regexp.MustCompile(`(?m)^snapshots_used_total (\S+)$`)

// readSnapshots counts snapshots, and what the APIs made of them.
func (w *world) readSnapshots(ctx context.Context) (k kept, err error) {
	if k.taken, err = one[int64](ctx, w.postgres.owner(), `SELECT count(*) FROM snapshots`); err != nil {
		return k, fmt.Errorf("count snapshots: %w", err)
	}
	for _, api := range w.apis {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+api.ops+"/metrics", nil)
		if err != nil {
			return k, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return k, fmt.Errorf("read an API's metrics: %w", err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			return k, fmt.Errorf("read an API's metrics: %w", err)
		}
		if match := usedSnapshots.FindSubmatch(text); match != nil {
			count, _ := strconv.ParseFloat(string(match[1]), 64)
			k.used += int64(count)
		}
	}
	return k, nil
}

// snapshotsCount looks whether long streams were loaded from snapshots at all: that what was
// decided on them is right is for the other checks.
func snapshotsCount(e *evidence, v *verdict) {
	if v.Looked = int(min(e.kept.taken, e.kept.used)); v.Looked == 0 && !e.some {
		v.violated("%d snapshots were taken, and %d used", e.kept.taken, e.kept.used)
	}
}
