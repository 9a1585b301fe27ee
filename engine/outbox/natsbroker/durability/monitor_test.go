package durability

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The request for monitoring data goes only to the configured address of a server. A redirect is
// not followed, because it could lead to any other server.
func TestMonitoringFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/jsz" {
			t.Errorf("%s was asked for", r.URL.Path)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer server.Close()
	if err := syncsAlways(t.Context(), server.URL); err == nil {
		t.Error("a redirect says that the server syncs")
	}
}
