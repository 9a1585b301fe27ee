package probe

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestProbesNameWhatIsNotReady(t *testing.T) {
	t.Parallel()
	var broken error
	readiness := NewReadiness(quiet, nil, Check{Name: "database", Run: func(context.Context) error { return broken }},
		Check{Name: "lag", Run: func(context.Context) error { return nil }})
	address := served(t, Handler(readiness, NewRegistry(), Debug{}, http.NotFoundHandler()))
	if status, body := get(t, "http://"+address+"/readyz"); status != 200 {
		t.Errorf("got %d %s", status, body)
	}
	broken = errors.New("secret address refused")
	status, body := get(t, "http://"+address+"/readyz")
	if status != 503 || !strings.Contains(body, "not ready: database\"") || strings.Contains(body, "secret") {
		t.Errorf("got %d %s", status, body)
	}
	if status, body := get(t, "http://"+address+"/healthz"); status != 200 || body != "ok\n" {
		t.Errorf("got %d %s", status, body)
	}
	if status, body := get(t, "http://"+address+"/metrics"); status != 200 || !strings.Contains(body, "go_goroutines") ||
		!regexp.MustCompile(`(?m)^build_info\{goversion="go\S+",revision="[^"]+",version="\d+\.\d+\.\d+"\} 1$`).MatchString(body) {
		t.Errorf("got %d %s", status, body)
	}
	if status, _ := get(t, "http://"+address+"/debug/pprof/"); status != 404 {
		t.Errorf("profiles that nobody asked for: %d", status)
	}
	readiness.Drain()
	if status, body := get(t, "http://"+address+"/readyz"); status != 503 || !strings.Contains(body, "shutting down") {
		t.Errorf("got %d %s", status, body)
	}
}

// A check with Aside tests a dependency without which the process can work. If the check fails or
// hangs, readiness stays on and no probe is delayed.
func TestWhatIsAsideHoldsUpNoProbe(t *testing.T) {
	t.Parallel()
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "up", Help: "1 if it is."})
	looks := make(chan struct{}, 10)
	readiness := NewReadiness(quiet, nil, Check{Name: "replica", Aside: true, Gauge: gauge, Run: func(ctx context.Context) error {
		looks <- struct{}{}
		<-ctx.Done() // the check hangs
		return ctx.Err()
	}})
	for range 3 {
		started := time.Now()
		if err := readiness.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(started); took > checkFor/2 {
			t.Errorf("the answer took %s", took)
		}
	}
	<-looks
	select {
	case <-looks:
		t.Error("it was looked at twice at a time")
	default:
	}
}

// If the operator has accepted a failure, readiness stays on, and the answer to a probe names the
// check. Any other failure turns readiness off. The metric shows both kinds of failures.
func TestReadinessOfWhatIsAccepted(t *testing.T) {
	t.Parallel()
	known := errors.New("not durable")
	var broken error
	registry := prometheus.NewRegistry()
	readiness := NewReadiness(quiet, registry,
		Check{Name: "settings", Run: func(context.Context) error { return known }, Accepts: func(err error) bool { return errors.Is(err, known) }},
		Check{Name: "database", Run: func(context.Context) error { return broken }})
	address := served(t, Handler(readiness, registry, Debug{}, http.NotFoundHandler()))
	check := func(want int, says, up string) {
		t.Helper()
		if status, body := get(t, "http://"+address+"/readyz"); status != want || !strings.Contains(body, says) {
			t.Errorf("got %d %s, want %d %s", status, body, want, says)
		}
		if _, metrics := get(t, "http://"+address+"/metrics"); !strings.Contains(metrics, `readiness_check_up{check="database"} `+up) {
			t.Errorf("readiness_check_up is not %s", up)
		}
	}
	check(200, "accepted: settings", "1")
	broken = errors.New("away")
	check(503, "not ready: database", "0")
	broken = nil
	check(200, "accepted: settings", "1")
}

// The log has a warning for a failing check. There is no warning for an accepted failure, because
// the check itself logs the failure. There is no warning while a process starts.
func TestLogOfReadiness(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	known, starting := errors.New("not durable"), errors.New("not seen yet")
	readiness := NewReadiness(slog.New(slog.NewTextHandler(&said, nil)), nil,
		Check{Name: "settings", Run: func(context.Context) error { return known }, Accepts: func(err error) bool { return errors.Is(err, known) }},
		Check{Name: "projections", Run: func(context.Context) error { return starting }})
	look := func(ready bool, lines ...string) {
		t.Helper()
		said.Reset()
		for range 2 {
			if err := readiness.Ready(t.Context()); (err == nil) != ready {
				t.Errorf("got %v", err)
			}
		}
		if strings.Count(said.String(), "\n") != len(lines) {
			t.Errorf("it says %s, want %q", said.String(), lines)
		}
		for _, line := range lines {
			if !strings.Contains(said.String(), line) {
				t.Errorf("it says %s, want %q", said.String(), line)
			}
		}
	}
	look(false, `level=INFO msg="not ready yet" check=projections`)
	readiness.began = time.Now().Add(-startFor)
	look(false, `level=WARN msg="not ready" check=projections`)
	starting = nil
	look(true, `level=INFO msg="ready again" check=projections`)
	readiness.began = time.Now()
	starting = errors.New("stuck")
	look(false, `level=WARN msg="not ready" check=projections`) // the process was ready before
}

var quiet = slog.New(slog.DiscardHandler)

// served serves a handler until the test ends, and returns its address.
func served(t *testing.T, handler http.Handler) (address string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return addressOf(server)
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Error(err)
	}
	return answer.StatusCode, string(body)
}
