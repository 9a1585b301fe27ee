//go:build linux

package collect

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

var usedSnapshots = regexp.MustCompile(`(?m)^snapshots_used_total (\S+)$`)

// readSnapshots counts the stored snapshots. readSnapshots also reads from the APIs' metrics how
// often the APIs loaded a stream from a snapshot.
func readSnapshots(ctx context.Context, w *world.World) (k history.Kept, err error) {
	if k.Taken, err = session.One[int64](ctx, w.Postgres.Owner(), `SELECT count(*) FROM snapshots`); err != nil {
		return k, fmt.Errorf("count snapshots: %w", err)
	}
	for _, api := range w.Apis {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+api.Ops+"/metrics", nil)
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
			k.Used += int64(count)
		}
	}
	return k, nil
}
