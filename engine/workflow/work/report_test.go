package work_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/workflow/work"
)

// Warnings and errors of River are logged as lines of the job queue, with what River says as one
// attribute. Other lines of River are not logged.
func TestRiversLines(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	logger := work.Quiet(slog.New(slog.NewJSONHandler(&text, nil)))
	logger.Info("job counts", "jobs", 7)
	logger.With("queue", "transfers").Error("can't fetch", "attempt", 3, "err", errors.New("away"))
	logger.WarnContext(t.Context(), "slow")
	said := text.String()
	if strings.Count(said, "\n") != 2 || strings.Contains(said, "job counts") {
		t.Errorf("got %s", said)
	}
	for _, want := range []string{
		`"level":"ERROR","msg":"the job queue reports a problem","said":"can't fetch attempt=3","error":"away"}`,
		`"level":"WARN","msg":"the job queue reports a problem","said":"slow"}`,
	} {
		if !strings.Contains(said, want) {
			t.Errorf("got %s, want %s", said, want)
		}
	}
}
