package work_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/workflow/work"
)

// While the database can't be reached, River writes the same message several times a second. Only
// one such line in ten seconds is logged.
func TestRepeatsAreNotLogged(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	logger := work.Quiet(slog.New(slog.NewTextHandler(&text, nil)))
	began := time.Now()
	say := func(after time.Duration, level slog.Level, message string) {
		if handler := logger.With("queue", after).Handler(); handler.Enabled(t.Context(), level) {
			if err := handler.Handle(t.Context(), slog.NewRecord(began.Add(after), level, message, 0)); err != nil {
				t.Error(err)
			}
		}
	}
	for i := range 150 { // 15 seconds
		say(time.Duration(i)*100*time.Millisecond, slog.LevelError, "can't fetch")
		say(time.Duration(i)*100*time.Millisecond, slog.LevelInfo, "job counts")
	}
	say(0, slog.LevelWarn, "another")
	for message, want := range map[string]int{"can't fetch": 2, "another": 1, "job counts": 0} {
		if got := strings.Count(text.String(), message); got != want {
			t.Errorf("%q is logged %d times, want %d", message, got, want)
		}
	}
}
