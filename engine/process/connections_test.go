package process_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
)

// A connection beyond the limit gets one answer: a 503 that reports too many connections, or the
// answer to a probe.
func TestConnectionsOverTheBoundAreTurnedAway(t *testing.T) {
	t.Parallel()
	listening, began, release := make(chan net.Addr, 1), make(chan struct{}), make(chan struct{})
	logger, registry := slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	server := process.Server{
		Name: "test", Addr: "127.0.0.1:0", Logger: logger, Readiness: probe.NewReadiness(logger, nil), MaxConns: 2, Registerer: registry,
		Shutdown: process.Shutdown{ShutdownTimeout: time.Second},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/long" {
				began <- struct{}{}
				<-release
			}
			w.WriteHeader(http.StatusNoContent)
		}),
		Listening: func(a net.Addr) { listening <- a },
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	address := (<-listening).String()

	first, second := dial(t, address), dial(t, address)
	for range 2 { // again, on the same connections
		for _, c := range []net.Conn{first, second} {
			if got := ask(t, c, "/work"); got.status != http.StatusNoContent || got.closes {
				t.Errorf("within the bound: got %+v", got)
			}
		}
	}
	for _, c := range []net.Conn{first, second} { // both connections are in use, and are not closed for a newcomer
		begin(t, c, "/long")
		<-began
	}
	together := []net.Conn{dial(t, address), dial(t, address), dial(t, address)}
	for n, c := range together { // a connection that arrives meanwhile does not displace another one
		if got := ask(t, c, "/work"); got.status != 503 || got.retryAfter == "" {
			t.Errorf("newcomer %d of several over the bound: got %+v", n, got)
		}
	}
	unfinished := dial(t, address)
	if _, err := unfinished.Write([]byte("POST /work HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(unfinished); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 503") { // the server also closes this connection
		t.Errorf("one that sends no body: %q, %v", answer, err)
	}
	for path, want := range map[string]int{"/work": 503, "/healthz": 204, "/readyz": 204} {
		got := ask(t, dial(t, address), path)
		if got.status != want || !got.closes || (want == 503) != (got.retryAfter != "") {
			t.Errorf("%s over the bound: got %+v", path, got)
		}
	}
	if got := valueOf(t, registry, "http_connections_turned_away_total"); got != 5 {
		t.Errorf("%v are counted as turned away", got)
	}
	if got := valueOf(t, registry, "http_connections_open"); got < 2 {
		t.Errorf("%v are counted as open", got)
	}
	close(release)
	for deadline := time.Now().Add(10 * time.Second); ; {
		if got := ask(t, dial(t, address), "/work"); got.status == http.StatusNoContent {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("there is no room again")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// To make room for new connections, the limiter closes connections without a running request: idle
// connections, and connections that have not sent their first request. The limiter closes the
// connection that has been quiet longest. If the new connection's address is at its limit, the
// limiter chooses among the connections of this address. Otherwise it chooses among all
// connections.
func TestQuietConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]process.Server{
		"of all":        {MaxConns: 2},
		"of an address": {MaxConns: 100, MaxConnsOf: 2, AddressOf: func(net.Addr) string { return "one" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listening := make(chan net.Addr, 1)
			logger, registry := slog.New(slog.DiscardHandler), prometheus.NewRegistry()
			server.Name, server.Addr, server.Logger, server.Readiness, server.Registerer = "test", "127.0.0.1:0", logger, probe.NewReadiness(logger, nil), registry
			server.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
			server.Listening = func(a net.Addr) { listening <- a }
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- server.Run(ctx) }()
			address := (<-listening).String()
			for n := range 50 { // far more than MaxConns; the client keeps each open
				if got := ask(t, dial(t, address), "/work"); got.status != http.StatusNoContent || got.closes {
					t.Fatalf("newcomer %d beside idle ones got %+v", n, got)
				}
				half := dial(t, address)
				if _, err := half.Write([]byte("GET /work HTTP/1.1\r\n")); err != nil {
					t.Fatal(err)
				}
			}
			for deadline := time.Now().Add(10 * time.Second); valueOf(t, registry, "http_connections_open") > 2; {
				if time.Now().After(deadline) {
					t.Fatal("more are open than may be")
				}
			}
			if got := valueOf(t, registry, "http_connections_given_way_total"); got < 90 {
				t.Errorf("%v gave way", got)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// When the process is at its limit, the limiter closes quiet connections of addresses that have
// many connections, even if these connections are new. The limiter closes no connection of an
// address that has few connections, and none of an address without a limit, such as a proxy.
func TestAddressesThatHaveManyGiveWay(t *testing.T) {
	t.Parallel()
	listening, names := make(chan net.Addr, 1), make(chan string, 1)
	logger := slog.New(slog.DiscardHandler)
	server := process.Server{
		Name: "test", Addr: "127.0.0.1:0", Logger: logger, Readiness: probe.NewReadiness(logger, nil), MaxConns: 6, MaxConnsOf: 3,
		AddressOf: func(net.Addr) string { return <-names },
		Handler:   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }),
		Listening: func(a net.Addr) { listening <- a },
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	address := (<-listening).String()

	from := func(name string) net.Conn {
		names <- name
		conn := dial(t, address)
		if got := ask(t, conn, "/work"); got.status != http.StatusNoContent {
			t.Fatalf("%s: got %+v", name, got)
		}
		return conn
	}
	few, proxy := from("few"), from("")
	for range 10 {
		from("many")
		from("more")
	}
	for name, conn := range map[string]net.Conn{"few": few, "proxy": proxy} {
		if got := ask(t, conn, "/work"); got.status != http.StatusNoContent {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// If a request is refused before its body was read, its connection is in use until the body has
// arrived. The time for this is limited. If the limit were the server's read timeout, one address
// could occupy 128 connections for that long.
func TestABodyThatNobodyWantsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	listening := make(chan net.Addr, 1)
	logger := slog.New(slog.DiscardHandler)
	server := process.Server{
		Name: "test", Addr: "127.0.0.1:0", Logger: logger, Readiness: probe.NewReadiness(logger, nil), MaxConns: 2,
		Handler:   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }),
		Listening: func(a net.Addr) { listening <- a },
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	conn := dial(t, (<-listening).String())
	if _, err := conn.Write([]byte("POST /work HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 401") {
		t.Errorf("got %q, %v", answer, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// valueOf returns the value of the counter or gauge with this name. The metric must have exactly
// one series.
func valueOf(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.Metric[0].GetCounter().GetValue() + family.Metric[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("there is no %s", name)
	return 0
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

type answer struct {
	status     int
	closes     bool // whether the server closes the connection after the answer
	retryAfter string
}

func begin(t *testing.T, conn net.Conn, path string) {
	t.Helper()
	if _, err := conn.Write([]byte("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, conn net.Conn, path string) answer {
	t.Helper()
	begin(t, conn, path)
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = got.Body.Close()
	return answer{got.StatusCode, got.Close, got.Header.Get("Retry-After")}
}
