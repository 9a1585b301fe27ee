package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// hosts are names and where they really are.
type hosts map[string]string

func (h hosts) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	return new(net.Dialer).DialContext(ctx, network, h[host])
}

// add starts a server that answers with its name and what it was sent.
func (h hosts) add(t *testing.T, name string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, name+" ")
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(server.Close)
	h[name] = server.Listener.Addr().String()
}

func start(t *testing.T, b *backends) (url string, ended <-chan error, stop func()) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- serve(ctx, listener, b) }()
	t.Cleanup(cancel)
	return "http://" + listener.Addr().String(), result, cancel
}

func ask(t *testing.T, url, body string) (string, error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	return string(answer), err
}

func names(addresses ...string) func(context.Context, string) ([]string, error) {
	return func(context.Context, string) ([]string, error) { return addresses, nil }
}

func TestTakesBackendsInTurn(t *testing.T) {
	t.Parallel()
	h := hosts{}
	h.add(t, "one")
	h.add(t, "two")
	url, _, _ := start(t, &backends{target: "api:80", lookup: names("one", "two"), dial: h.dial})
	seen := map[string]int{}
	for range 4 {
		answer, err := ask(t, url, "hello")
		if err != nil {
			t.Fatal(err)
		}
		seen[answer]++
	}
	if seen["one hello"] != 2 || seen["two hello"] != 2 {
		t.Errorf("answers: %v", seen)
	}
}

func TestPassesOverADeadBackend(t *testing.T) {
	t.Parallel()
	h := hosts{"dead": "127.0.0.1:0"}
	h.add(t, "alive")
	url, _, _ := start(t, &backends{target: "api:80", lookup: names("dead", "alive"), dial: h.dial})
	for range 4 {
		if answer, err := ask(t, url, "hello"); err != nil || answer != "alive hello" {
			t.Fatalf("answer %q, %v", answer, err)
		}
	}
}

func TestHangsUpWithoutABackend(t *testing.T) {
	t.Parallel()
	lookup := func(context.Context, string) ([]string, error) { return nil, errors.New("no such host") }
	url, _, _ := start(t, &backends{target: "api:80", lookup: lookup})
	if answer, err := ask(t, url, "hello"); err == nil {
		t.Errorf("answered %q", answer)
	}
}

func TestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	_, ended, stop := start(t, &backends{target: "api:80", lookup: names()})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
