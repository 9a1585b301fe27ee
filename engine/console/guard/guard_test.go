package guard_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/console/guard"
)

// guarded returns the answer of a guarded handler that answers 200 with the length of the body.
func guarded(method, host, body string, headers map[string]string) *httptest.ResponseRecorder {
	handler := guard.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panics" {
			panic("<b>secret</b>")
		}
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		}
	}), []string{"console.example.com"}, slog.New(slog.DiscardHandler))
	request := httptest.NewRequest(method, "http://"+host+headers["path"], strings.NewReader(body))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

// A request under a foreign Host gets nothing, whatever resolves to this machine (DNS rebinding).
func TestOnlyItsOwnNamesAreAnswered(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]int{
		"127.0.0.1:8085": 200, "localhost:8085": 200, "[::1]:8085": 200, "LOCALHOST": 200, "console.example.com": 200, "Console.Example.com.:443": 200,
		"attacker.example": 421, "127.0.0.1.attacker.example": 421, "localhost.attacker.example": 421, "console.example.com.attacker.example": 421,
		"10.0.0.1:8085": 421, "0.0.0.0:8085": 421,
	} {
		if got := guarded(http.MethodGet, host, "", map[string]string{"path": "/"}).Code; got != want {
			t.Errorf("Host %s: got %d, want %d", host, got, want)
		}
	}
}

// A form of another origin is refused, also of another port of this machine, which browsers call
// the same site.
func TestFormsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header, value string
		want          int
	}{
		{"Sec-Fetch-Site", "same-origin", 200}, {"Sec-Fetch-Site", "none", 200},
		{"Sec-Fetch-Site", "cross-site", 403}, {"Sec-Fetch-Site", "same-site", 403},
		{"Origin", "http://127.0.0.1:8085", 200},
		{"Origin", "http://127.0.0.1:8080", 403}, {"Origin", "http://attacker.example", 403}, {"Origin", "null", 403},
	} {
		if got := guarded(http.MethodPost, "127.0.0.1:8085", "", map[string]string{"path": "/act", c.header: c.value}).Code; got != c.want {
			t.Errorf("%s %s: got %d, want %d", c.header, c.value, got, c.want)
		}
	}
}

// No page may frame the console, run what is not the console's, or be sniffed; a body is small.
func TestHeadersAndLimits(t *testing.T) {
	t.Parallel()
	answer := guarded(http.MethodGet, "127.0.0.1", "", map[string]string{"path": "/"})
	for name, want := range map[string]string{
		"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := answer.Header().Get(name); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if policy := answer.Header().Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("the policy is %q", policy)
	}
	for method, want := range map[string]int{http.MethodPut: 405, http.MethodDelete: 405, http.MethodOptions: 405, http.MethodTrace: 405} {
		if got := guarded(method, "127.0.0.1", "", map[string]string{"path": "/", "Sec-Fetch-Site": "same-origin"}).Code; got != want {
			t.Errorf("%s: got %d, want %d", method, got, want)
		}
	}
	if got := guarded(http.MethodPost, "127.0.0.1", strings.Repeat("x", 20_000), map[string]string{"path": "/"}).Code; got != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body: got %d", got)
	}
	if answer := guarded(http.MethodGet, "127.0.0.1", "", map[string]string{"path": "/panics"}); answer.Code != 500 || strings.Contains(answer.Body.String(), "secret") {
		t.Errorf("a panic: got %d %s", answer.Code, answer.Body)
	}
}
