package loopback

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A request gets the answer 421 if its Host is the name of a web page, even if this name resolves
// to this machine. A request is handled if its Host is a name of this machine or one of the allowed
// names.
func TestOnlyNamesOfThisMachineAreAnswered(t *testing.T) {
	t.Parallel()
	served := OnlyHosts(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }), "issuer")
	for host, want := range map[string]int{
		"127.0.0.1": 204, "127.0.0.1:8080": 204, "127.9.9.9:1": 204, "[::1]:8080": 204, "[::1]": 204, "localhost": 204, "LocalHost:8080": 204, "localhost.:8080": 204,
		"api.localhost:8080": 204, "issuer:8083": 204, "ISSUER": 204, "": 204,
		"evil.example": 421, "evil.example:8080": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example:8080": 421, "evillocalhost": 421,
		"192.168.1.7:8080": 421, "issuer.evil.example": 421, "[2001:db8::1]:8080": 421, "0.0.0.0:8080": 421,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/tokens/ada", http.NoBody)
		r.Host = host
		w := httptest.NewRecorder()
		served.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: got %d, want %d", host, w.Code, want)
		}
	}
}
