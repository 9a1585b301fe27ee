package probe

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// A web page whose host name resolves to this machine can't get the profiles that are served at a
// loopback address, and can't change the level of the log.
func TestProfilesAndTheLevelAreThisMachines(t *testing.T) {
	t.Parallel()
	level := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	server := httptest.NewServer(Handler(&Readiness{}, prometheus.NewRegistry(), Debug{Profiles: true}, level))
	t.Cleanup(server.Close)
	for host, want := range map[string]int{"": 200, "localhost": 200, "evil.example": 421} {
		for path, method := range map[string]string{"/debug/pprof/": http.MethodGet, "/log-level": http.MethodPut} {
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, http.NoBody)
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
				t.Errorf("%s of %q: got %d, want %d", path, host, response.StatusCode, want)
			}
		}
	}
}
