package probe

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// A web page whose host name resolves to this machine can't get the profiles that are served at a
// loopback address.
func TestProfilesAreThisMachines(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(Handler(&Readiness{}, prometheus.NewRegistry(), Debug{Profiles: true}))
	t.Cleanup(server.Close)
	for host, want := range map[string]int{"": 200, "localhost": 200, "evil.example": 421} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/debug/pprof/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%q: got %d, want %d", host, response.StatusCode, want)
		}
	}
}
