package process

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pgcqrs/engine/process/probe"
)

var quiet = slog.New(slog.DiscardHandler)

// begin runs a server until the test ends or calls stop.
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
	readiness := probe.NewReadiness(quiet, nil)
	arrived, release := make(chan struct{}), make(chan struct{})
	address, stop := begin(t, Server{Readiness: readiness, Shutdown: Shutdown{ShutdownTimeout: time.Minute},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(arrived)
			<-release
			_, _ = io.WriteString(w, "ok\n")
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
	address, stop := begin(t, Server{Readiness: probe.NewReadiness(quiet, nil), Shutdown: Shutdown{ShutdownTimeout: time.Millisecond},
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

// The handler of the server also answers OPTIONS *. For this reason the answer has a request id,
// and the request is counted.
func TestOptionsOfTheServerIsTheHandlers(t *testing.T) {
	t.Parallel()
	address, _ := begin(t, Server{Readiness: probe.NewReadiness(quiet, nil),
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
	address, _ := begin(t, Server{Readiness: probe.NewReadiness(quiet, nil), Handler: http.NotFoundHandler()})
	err := Server{Name: "second", Addr: address, AddrVariable: "T_ADDR", Logger: quiet}.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "in use") || !strings.Contains(err.Error(), "T_ADDR") {
		t.Errorf("got %v", err)
	}
}

// raw sends text to a server, and returns everything that the server sends until it closes the
// connection.
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

// The server closes a connection that has sent no request for IdleTimeout.
func TestAnIdleConnectionIsClosed(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	address, _ := begin(t, Server{Readiness: probe.NewReadiness(quiet, nil), Handler: handler, IdleTimeout: 50 * time.Millisecond})
	if said := raw(t, address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); !strings.HasPrefix(said, "HTTP/1.1 200") || strings.Contains(said, "Connection: close") {
		t.Errorf("got %q", said)
	}
}

// If net/http rejects a request before a handler sees it, the answer is plain text, as the API
// contract says.
func TestWhatIsNoRequestIsAnsweredInPlainText(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
	address, _ := begin(t, Server{Readiness: probe.NewReadiness(quiet, nil), Handler: handler})
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

// A chunked body ends with its last chunk, even if a Content-Length header gives another length. If
// the length in the header counted, a proxy and this server could find different requests in the
// same bytes (RFC 9112, 6.3).
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
	address, _ := begin(t, Server{Readiness: probe.NewReadiness(quiet, nil), Handler: handler})
	raw(t, address, "POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"+
		"GET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(seen, []string{"/first hello", "/second "}) && !slices.Equal(seen, []string{"/first hello"}) { // the server may close the connection after such a request
		t.Errorf("got %q", seen)
	}
}
