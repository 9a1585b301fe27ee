package probe

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/process/loopback"
)

// addressOf returns the address on which a test's server listens, as host:port.
func addressOf(server *httptest.Server) string { return server.Listener.Addr().String() }

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		well   bool
	}{
		"200 is well":              {http.StatusOK, true},
		"503 is not":               {http.StatusServiceUnavailable, false},
		"nor is another success":   {http.StatusNoContent, false},
		"nor is a failed redirect": {http.StatusFound, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := ""
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = r.Method + " " + r.URL.Path
				w.WriteHeader(test.status)
			})
			for _, encrypted := range []bool{false, true} {
				server := httptest.NewUnstartedServer(handler)
				start := server.Start
				if encrypted {
					start = server.StartTLS
				}
				start()
				defer server.Close()
				if err := Healthcheck(t.Context(), addressOf(server), encrypted); (err == nil) != test.well || asked != "GET /readyz" {
					t.Errorf("check of %d, encrypted %t: %v, asked for %s", test.status, encrypted, err, asked)
				}
			}
		})
	}
}

// Healthcheck reaches a process that listens on all networks of its container (0.0.0.0, ::) through
// a loopback address.
func TestHealthcheckOfAllNetworks(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"", "0.0.0.0", "[::]", "127.0.0.1", "localhost"} {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", host+":0")
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(loopback.OnlyHosts(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), "0.0.0.0", "::"))
		_ = server.Listener.Close()
		server.Listener = listener
		server.Start()
		defer server.Close()
		_, port, err := net.SplitHostPort(addressOf(server))
		if err != nil {
			t.Fatal(err)
		}
		if err := Healthcheck(t.Context(), host+":"+port, false); err != nil {
			t.Errorf("listening on %q: %v", host, err)
		}
	}
}

// If the /readyz of a process answers with a redirect, Healthcheck reports the process as not
// ready, even if the target of the redirect answers 200.
func TestHealthcheckFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}
	}))
	defer server.Close()
	if Healthcheck(t.Context(), addressOf(server), false) == nil {
		t.Error("a redirect is called well")
	}
}

func TestHealthcheckOfNobody(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	if Healthcheck(t.Context(), addressOf(server), false) == nil {
		t.Error("a closed port is called well")
	}
}

func TestHealthcheckGivesUpInTime(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if Healthcheck(ctx, addressOf(server), false) == nil {
		t.Error("a server that never answers is called well")
	}
	start := time.Now()
	if err := Healthcheck(t.Context(), addressOf(server), false); err == nil || !strings.Contains(err.Error(), "deadline") || time.Since(start) > 2*healthcheckPatience {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}
