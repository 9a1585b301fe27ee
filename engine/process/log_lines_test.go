package process

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// One log record is always one line, even if a value in it contains line breaks.
func TestALineOfTheLogIsOne(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		NewLogger(Log{LogFormat: format}, &out).Info("said", "by", "somebody\r\n{\"level\":\"ERROR\"}\u2028\x1b[2J\x00")
		if said := out.String(); strings.Count(said, "\n") != 1 || strings.ContainsAny(said, "\r\x1b\x00") || !strings.Contains(said, `ERROR`) {
			t.Errorf("%s: %q", format, said)
		}
	}
}

// A process that runs for a long time limits lines that repeat, unless the limit is off, and says
// how many were held back before it ends.
func TestTheLogOfAProcessIsLimited(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]string{0: "", 3: `"msg":"repeated","message":"away","times":17`} {
		var out bytes.Buffer
		logs := OpenLog(Log{LogFormat: "json"}, Repeats{LogRepeats: limit}, &out, prometheus.NewRegistry())
		for range 20 {
			logs.Logger.Warn("away")
		}
		logs.Close()
		lines := strings.Count(out.String(), `"msg":"away"`)
		if limit == 0 && lines != 20 || limit == 3 && lines != 3 || !strings.Contains(out.String(), want) {
			t.Errorf("limit %d: %s", limit, out.String())
		}
	}
}

// The level of a process's log can be changed while it runs. No change is held back because there
// are many.
func TestTheLevelOfAProcess(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		logs := OpenLog(Log{LogFormat: format, LogLevel: slog.LevelWarn}, Repeats{LogRepeats: 1}, &out, prometheus.NewRegistry())
		enabled := func(level slog.Level) bool { return logs.Logger.Enabled(t.Context(), level) }
		if enabled(slog.LevelInfo) || !enabled(slog.LevelWarn) {
			t.Errorf("%s: the level is not warn", format)
		}
		for range 3 {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/log-level?level=debug", http.NoBody)
			logs.LevelHandler().ServeHTTP(httptest.NewRecorder(), r)
		}
		if changes := strings.Count(out.String(), "the log's level was changed"); !enabled(slog.LevelDebug) || changes != 3 {
			t.Errorf("%s: %s", format, out.String())
		}
		logs.Close()
	}
}

// A file and a pipe get no colours.
func TestOnlyATerminalHasColours(t *testing.T) {
	t.Parallel()
	file, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	_, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []*os.File{file, pipe} {
		if isColoured(to) {
			t.Errorf("%s has colours", to.Name())
		}
		_ = to.Close()
	}
}
