package process

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var quiet = slog.New(slog.DiscardHandler)

// begin runs a server until the test or stop ends it.
func begin(t *testing.T, s Server) (address string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	listening, ended := make(chan string, 1), make(chan error, 1)
	s.Addr, s.Logger = "127.0.0.1:0", quiet
	s.Listening = func(address net.Addr) { listening <- address.String() }
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(cancel)
	return <-listening, func() error { cancel(); return <-ended }
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(body)
}

func TestARequestInFlightIsFinishedBeforeTheEnd(t *testing.T) {
	t.Parallel()
	readiness := NewReadiness(quiet, nil)
	arrived, release := make(chan struct{}), make(chan struct{})
	address, stop := begin(t, Server{Readiness: readiness, Shutdown: Shutdown{ShutdownTimeout: time.Minute},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(arrived)
			<-release
			ok(w, "")
		})})
	answered, ended := make(chan int, 1), make(chan error, 1)
	go func() { status, _ := get(t, "http://"+address); answered <- status }()
	<-arrived
	go func() { ended <- stop() }()
	for readiness.Ready(t.Context()) == nil { // until readiness is off
	}
	close(release)
	if status := <-answered; status != 200 {
		t.Errorf("got %d", status)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestARequestThatDoesNotEndIsCutOff(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	address, stop := begin(t, Server{Readiness: NewReadiness(quiet, nil), Shutdown: Shutdown{ShutdownTimeout: time.Millisecond},
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-r.Context().Done()
		})})
	answered := make(chan int, 1)
	go func() { status, _ := get(t, "http://"+address); answered <- status }()
	<-arrived
	if err := stop(); err != nil {
		t.Error(err)
	}
	if status := <-answered; status != 0 {
		t.Errorf("got %d", status)
	}
}

// Whatever arrives is answered by the handler, which names and counts it.
func TestOptionsOfTheServerIsTheHandlers(t *testing.T) {
	t.Parallel()
	address, _ := begin(t, Server{Readiness: NewReadiness(quiet, nil),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, "http://"+address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Opaque = "*"
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusTeapot {
		t.Errorf("got %d", answer.StatusCode)
	}
}

func TestAnAddressInUseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	address, _ := begin(t, Server{Readiness: NewReadiness(quiet, nil), Handler: http.NotFoundHandler()})
	err := Server{Name: "second", Addr: address, AddrVariable: "T_ADDR", Logger: quiet}.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "in use") || !strings.Contains(err.Error(), "T_ADDR") {
		t.Errorf("got %v", err)
	}
}

func TestProbesNameWhatIsNotReady(t *testing.T) {
	t.Parallel()
	var broken error
	readiness := NewReadiness(quiet, nil, Check{Name: "database", Run: func(context.Context) error { return broken }},
		Check{Name: "lag", Run: func(context.Context) error { return nil }})
	address, _ := begin(t, Server{Readiness: readiness, Handler: Probes(readiness, NewRegistry(), Debug{})})
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

// What a process can work without turns nothing off, and holds nobody up that asks.
func TestWhatIsAsideHoldsUpNoProbe(t *testing.T) {
	t.Parallel()
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "up", Help: "1 if it is."})
	looks := make(chan struct{}, 10)
	readiness := NewReadiness(quiet, nil, Check{Name: "replica", Aside: true, Gauge: gauge, Run: func(ctx context.Context) error {
		looks <- struct{}{}
		<-ctx.Done() // it hangs
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

// A fault that the operator has accepted leaves readiness on, and is said; the rest turns it off. The
// metric has both.
func TestReadinessOfWhatIsAccepted(t *testing.T) {
	t.Parallel()
	known := errors.New("not durable")
	var broken error
	registry := prometheus.NewRegistry()
	readiness := NewReadiness(quiet, registry,
		Check{Name: "settings", Run: func(context.Context) error { return known }, Accepts: func(err error) bool { return errors.Is(err, known) }},
		Check{Name: "database", Run: func(context.Context) error { return broken }})
	address, _ := begin(t, Server{Readiness: readiness, Handler: Probes(readiness, registry, Debug{})})
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

// The log warns of what is wrong: not of what is accepted, which the check itself says, and not
// of a process that is about to get ready.
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
	look(false, `level=WARN msg="not ready" check=projections`) // it was ready
}

// raw sends text to a server, and returns all that it says before it closes the connection.
func raw(t *testing.T, address, text string) string {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(connection)
	if err != nil {
		t.Fatalf("the connection stays open: %v, after %q", err, said)
	}
	return string(said)
}

// A connection without a request is closed after IdleTimeout.
func TestAnIdleConnectionIsClosed(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { ok(w, "here") })
	address, _ := begin(t, Server{Readiness: NewReadiness(quiet, nil), Handler: handler, IdleTimeout: 50 * time.Millisecond})
	if said := raw(t, address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); !strings.HasPrefix(said, "HTTP/1.1 200") || strings.Contains(said, "Connection: close") {
		t.Errorf("got %q", said)
	}
}

// A request that no handler sees is answered in plain text, as the contract says.
func TestWhatIsNoRequestIsAnsweredInPlainText(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
	address, _ := begin(t, Server{Readiness: NewReadiness(quiet, nil), Handler: handler})
	for text, status := range map[string]string{
		"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n":                                     "400",
		"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 64<<10) + "\r\n\r\n": "431",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab":   "400",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n":  "501",
	} {
		said := raw(t, address, text)
		if !strings.HasPrefix(said, "HTTP/1.1 "+status) || !strings.Contains(said, "Content-Type: text/plain") {
			t.Errorf("want %s, got %q", status, said)
		}
	}
}

// A body in chunks ends with its last one, whatever length another header names, so that no proxy and
// this server see different requests in the same bytes (RFC 9112, 6.3).
func TestAChunkedBodyEndsByItsChunks(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.URL.Path+" "+string(body))
	})
	address, _ := begin(t, Server{Readiness: NewReadiness(quiet, nil), Handler: handler})
	raw(t, address, "POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"+
		"GET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(seen, []string{"/first hello", "/second "}) && !slices.Equal(seen, []string{"/first hello"}) { // it may close after such a request
		t.Errorf("got %q", seen)
	}
}
