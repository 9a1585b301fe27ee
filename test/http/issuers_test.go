package http_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/programs"
)

// newIssuer runs a token issuer for development. Each issuer in a test has its own URL path,
// because the API ignores the port of a loopback address.
func newIssuer(t *testing.T, path string) (issuer *devissuer.Issuer, url string) {
	t.Helper()
	at := serve(t, func(at string) http.Handler {
		issuer = devissuer.New(at + path)
		return http.StripPrefix(path, issuer.Handler())
	})
	return issuer, at + path
}

// migrate runs cmd/migrate as the owner of the schema, and returns its output and its exit code.
func (s *stack) migrate(args ...string) (said string, code int) {
	s.t.Helper()
	return programs.Run(s.t, []string{"DATABASE_URL=" + s.url}, "migrate", args...)
}

// of starts a second API process, which trusts another token issuer, on the database of the stack.
func (s *stack) of(issuer *devissuer.Issuer, url string, environment ...string) *stack {
	s.t.Helper()
	second := s.beside(slices.Concat([]string{snapshotKey, s.database}, guardedBy(url), environment)...)
	second.issuer = issuer
	return second
}

func TestAnIssuerThatTheDatabaseDoesNotKnowIsRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	if bound := count(t, s.url, `SELECT count(*) FROM issuers`); bound != 0 {
		t.Errorf("AUTH=off has bound %d issuers", bound)
	}
	_, first := newIssuer(t, "/first")
	_, second := newIssuer(t, "/second")
	start := func(issuer string) []string {
		return []string{s.database, "UNSAFE_DATABASE=accept", "API_ADDR=127.0.0.1:0", "API_OPS_ADDR=127.0.0.1:0", "AUTH=oidc", "AUTH_ISSUER=" + issuer, "AUTH_AUDIENCE=a"}
	}
	launch(t, "api", start(first)...)
	for range 2 {
		said := programs.Refused(t, "api", start(second)...)
		for _, want := range []string{"AUTH_ISSUER is " + second, "/first", "run migrate issuer -same " + second + ";", "run migrate issuer -other " + second + ","} {
			if !strings.Contains(said, want) {
				t.Errorf("it does not say %q: %s", want, said)
			}
		}
	}
	for _, args := range [][]string{{"issuer"}, {"issuer", second}, {"issuer", "-same", "-other", second}, {"issuer", "-other", second, first}, {"issuer", "-same", "second"}} {
		if said, code := s.migrate(args...); code != 2 || !strings.Contains(said, "usage: migrate issuer -same|-other") {
			t.Errorf("migrate %q ends with %d and says %s", args, code, said)
		}
	}
	if said, code := s.migrate("issuer", "-other", "-json", second); code != 0 || !strings.Contains(said, `"name": "2"`) {
		t.Errorf("it ends with %d and says %s", code, said)
	}
	launch(t, "api", start(second)...)
	launch(t, "api", start(first)...)
	if said, code := s.migrate("issuer", "-same", second); code != 1 || !strings.Contains(said, "is known already") {
		t.Errorf("it ends with %d and says %s", code, said)
	}
}
