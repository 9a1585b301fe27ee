package observe

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/problem/respond"
	"example.com/pgcqrs/engine/edge/request"
)

// serve sends a request to a handler that Observe and Recover surround, and returns the lines of the
// log.
func serve(t *testing.T, which Lines, over func(slog.Handler) slog.Handler, handler http.HandlerFunc) (lines []map[string]any) {
	t.Helper()
	var log bytes.Buffer
	logger := slog.New(over(slog.NewJSONHandler(&log, nil)))
	observer := New(prometheus.NewRegistry(), logger, which, nil, func(string) bool { return false })
	router := chi.NewRouter()
	router.Use(request.Identify, observer.Observe, Recover(&respond.Writer{Logger: logger}))
	router.Post("/v1/tanks/{id}", handler)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/tanks/7", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }() // Recover breaks the connection by a panic
		router.ServeHTTP(nopWriter{http.Header{}}, r)
	}()
	for text := range strings.Lines(log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

func same(next slog.Handler) slog.Handler { return next }

// find returns the line with a message, or nil.
func find(lines []map[string]any, message string) map[string]any {
	for _, line := range lines {
		if line["msg"] == message {
			return line
		}
	}
	return nil
}

// answers returns a handler that answers with a status.
func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// With OnlyFailures, a request has a line if its status is 400 or higher, or if its answer has
// broken off.
func TestOnlyFailuresAreLogged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		logged  bool
	}{
		"done": {answers(201), false}, "redirected": {answers(304), false}, "refused": {answers(422), true}, "failed": {answers(503), true},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("half")) // the writer of this test has no client
			panic("in the middle")
		}, true},
		"streaming": {func(_ http.ResponseWriter, r *http.Request) { request.Of(r.Context()).Stream() }, false},
	} {
		lines := serve(t, Lines{Access: true, OnlyFailures: true}, same, test.handler)
		if (find(lines, "request") != nil) != test.logged || find(lines, "streaming answer began") != nil {
			t.Errorf("%s: got %v", name, lines)
		}
		if all := serve(t, Lines{Access: true}, same, test.handler); find(all, "request") == nil {
			t.Errorf("%s: no line in %v", name, all)
		}
		if none := serve(t, Lines{OnlyFailures: true}, same, test.handler); find(none, "request") != nil {
			t.Errorf("%s: got %v without the access log", name, none)
		}
	}
}

// The line about a request says how it ended, also if a part of the answer was sent before its
// handler failed.
func TestABrokenAnswerHasItsOutcome(t *testing.T) {
	t.Parallel()
	lines := serve(t, Lines{Access: true}, same, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half")) // the writer of this test has no client
		panic("in the middle")
	})
	if line := find(lines, "request"); line["outcome"] != "broken_off" || line["status"] != 200.0 || line["bytes_out"] != 4.0 {
		t.Errorf("got %v", line)
	}
}

// A streaming answer has a line when it begins, and one when it ends.
func TestAStreamingAnswerHasTwoLines(t *testing.T) {
	t.Parallel()
	lines := serve(t, Lines{Access: true}, same, func(_ http.ResponseWriter, r *http.Request) {
		request.Of(r.Context()).Caller = auth.Caller{Subject: "ada"}
		request.Of(r.Context()).Stream()
	})
	if len(lines) != 2 || lines[0]["msg"] != "streaming answer began" || lines[0]["subject"] != "ada" || lines[0]["route"] != "/v1/tanks/{id}" || lines[1]["msg"] != "request" || lines[0]["request_id"] != lines[1]["request_id"] {
		t.Errorf("got %v", lines)
	}
}

// With a hash of the subject, no line about a request has the subject.
func TestTheSubjectCanBeHashed(t *testing.T) {
	t.Parallel()
	hash := func(subject string) string { return "hash of " + strings.ToUpper(subject) }
	lines := serve(t, Lines{Access: true, Subject: hash}, same, func(w http.ResponseWriter, r *http.Request) {
		known := request.Of(r.Context())
		known.Caller, known.Operation.Scope = auth.Caller{Subject: "ada"}, auth.Operate
		known.Stream()
		w.WriteHeader(http.StatusForbidden)
	})
	for _, message := range []string{"streaming answer began", "request", "request refused"} {
		if line := find(lines, message); line == nil || line["subject_hash"] != "hash of ADA" || line["subject"] != nil {
			t.Errorf("%s: got %v", message, line)
		}
	}
}

// silent is a handler that holds back all lines, as a handler does that limits repeats.
type silent struct{ next slog.Handler }

func (silent) Enabled(context.Context, slog.Level) bool { return true }

func (s silent) Unlimited() slog.Handler { return s.next }

func (silent) Handle(context.Context, slog.Record) error { return nil }

func (s silent) WithAttrs([]slog.Attr) slog.Handler { return s }

func (s silent) WithGroup(string) slog.Handler { return s }

// Lines about requests and about reads of personal data are never held back because they repeat.
func TestLinesAboutRequestsAreNeverHeldBack(t *testing.T) {
	t.Parallel()
	lines := serve(t, Lines{Access: true}, func(next slog.Handler) slog.Handler { return silent{next} }, func(_ http.ResponseWriter, r *http.Request) {
		known := request.Of(r.Context())
		known.Operation.Scope = auth.Operate
		known.Show([16]byte{1})
	})
	for _, message := range []string{"request", "personal data read", "operator's request"} {
		if find(lines, message) == nil {
			t.Errorf("%q was held back: %v", message, lines)
		}
	}
}
