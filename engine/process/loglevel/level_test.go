package loglevel

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// send sends a request to the level, and returns the status and the decoded answer.
func send(t *testing.T, l *Level, logger *slog.Logger, method, query string, headers ...string) (status int, answer map[string]any) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, Path+query, http.NoBody)
	r.RemoteAddr = "192.0.2.7:4711"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	l.Handler(logger).ServeHTTP(w, r)
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
	}
	return w.Code, answer
}

// lines is a log that can be read while a timer writes to it.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns all lines.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// newLevel returns a level, and a logger that uses it.
func newLevel(configured slog.Level) (*Level, *slog.Logger, *lines) {
	log, level := new(lines), New(configured)
	return level, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: level})), log
}

// A change takes effect at once and ends by itself. The log says what was changed, by whom and for
// how long, and when the change has ended.
func TestALevelIsChangedForSomeTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		level, logger, log := newLevel(slog.LevelInfo)
		if status, got := send(t, level, logger, http.MethodGet, ""); status != 200 || got["level"] != "info" || got["configured"] != "info" || got["until"] != nil {
			t.Errorf("got %d, %v", status, got)
		}
		until := time.Now().Add(time.Minute).UTC().Format(time.RFC3339)
		if status, got := send(t, level, logger, http.MethodPut, "?level=debug&for=1m"); status != 200 || got["level"] != "debug" || got["until"] != until {
			t.Errorf("got %d, %v", status, got)
		}
		if !logger.Enabled(t.Context(), slog.LevelDebug) {
			t.Error("nothing more is logged")
		}
		want := `"level":"WARN","msg":"the log's level was changed","before":"info","now":"debug","seconds":60,"address":"192.0.2.7"}`
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has %s", log.String())
		}
		time.Sleep(time.Minute) //nolint:forbidigo // the time of the bubble
		synctest.Wait()
		if logger.Enabled(t.Context(), slog.LevelDebug) || !strings.Contains(log.String(), `"msg":"the log's level is as configured again","before":"debug","now":"info"}`) {
			t.Errorf("the level is %s; the log has %s", level.Level(), log.String())
		}
	})
}

// Without a time, a change lasts ten minutes. A later change replaces an earlier one, and the end of
// the earlier one does not end it. DELETE ends a change.
func TestChangesReplaceEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		level, logger, log := newLevel(slog.LevelError)
		want := func(want slog.Level) {
			t.Helper()
			synctest.Wait()
			if got := level.Level(); got != want {
				t.Errorf("the level is %s, want %s", got, want)
			}
		}
		send(t, level, logger, http.MethodPut, "?level=debug&for=5m")
		send(t, level, logger, http.MethodPut, "?level=info")
		time.Sleep(10*time.Minute - time.Nanosecond) //nolint:forbidigo // the time of the bubble
		want(slog.LevelInfo)
		time.Sleep(time.Nanosecond) //nolint:forbidigo // the time of the bubble
		want(slog.LevelError)
		send(t, level, logger, http.MethodPut, "?level=warn&for=24h")
		want(slog.LevelWarn)
		send(t, level, logger, http.MethodDelete, "")
		want(slog.LevelError)
		send(t, level, logger, http.MethodPut, "?level=debug")
		send(t, level, logger, http.MethodPut, "?level=error")
		want(slog.LevelError)
		if count := strings.Count(log.String(), `"level":"ERROR"`); count != 7 { // also with the level error, each change has a line
			t.Errorf("%d lines: %s", count, log.String())
		}
		level.Close()
	})
}

// A malformed request, a web page, and a request that would hide lines are refused. Nothing changes.
func TestBadChangesAreRefused(t *testing.T) {
	t.Parallel()
	level, logger, log := newLevel(slog.LevelInfo)
	for query, want := range map[string]string{
		"": "level must be one of", "?level=": "level must be one of", "?level=DEBUG": "level must be one of", "?level=trace": "level must be one of",
		"?level=warn": "level must be at most info", "?level=error&for=1m": "level must be at most info",
		"?level=debug&for=0s": "for must be", "?level=debug&for=-1m": "for must be", "?level=debug&for=25h": "for must be", "?level=debug&for=": "for must be", "?level=debug&for=ever": "for must be",
		"?level=debug&level=info": "at most once", "?level=debug&until=x": "the parameters are", "?%zz": "can't be read",
	} {
		status, got := send(t, level, logger, http.MethodPut, query)
		detail, _ := got["detail"].(string)
		if status != 400 || got["code"] != "invalid_request" || !strings.Contains(detail, want) {
			t.Errorf("%s: got %d, %v", query, status, got)
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		if status, got := send(t, level, logger, method, "?level=debug", "Origin", "http://127.0.0.1:8082"); status != 403 || got["code"] != "browser" {
			t.Errorf("got %d, %v", status, got)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodOptions} {
		if status, _ := send(t, level, logger, method, "?level=debug"); status != 405 {
			t.Errorf("%s: got %d", method, status)
		}
	}
	if level.Level() != slog.LevelInfo || log.String() != "" {
		t.Errorf("the level is %s; the log has %s", level.Level(), log.String())
	}
}
