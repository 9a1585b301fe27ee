package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/access"
	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/edgetest"
)

// bySubject simulates the check of a token. The token is the name of the subject.
func bySubject(_ context.Context, token string) (auth.Caller, error) {
	return auth.Caller{Subject: token, Scopes: []string{auth.Operate}}, nil
}

func TestASubjectThatSendsTooMuchIsTurnedAway(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check, f.options = bySubject, func(o *Options) { o.Limits.Subject = 1 }
	client := f.client(t)
	get := func(subject string) reply {
		return send(t, client, http.MethodGet, "/v1/trail", "", "Authorization", "Bearer "+subject)
	}
	statuses := map[int]int{}
	for range 10 {
		statuses[get("eve").status]++
	}
	if statuses[200] < 2 || statuses[200] > 3 || statuses[429] != 10-statuses[200] {
		t.Errorf("Eve got %v", statuses)
	}
	turnedAway := get("eve")
	if turnedAway.header.Get("Retry-After") == "" || *turnedAway.problem(t).Code != "rate_limited" {
		t.Errorf("got %v %s", turnedAway.header, turnedAway.body)
	}
	if r := get("ada"); r.status != 200 {
		t.Errorf("Ada got %d: she has sent nothing else", r.status)
	}
}

// Requests to probes are not limited. If this API does not serve a probe, requests to the probe's
// path are limited like requests to any other path.
func TestProbesHaveNoBoundWhereTheyAreServed(t *testing.T) {
	t.Parallel()
	for path, served := range map[string]map[bool]bool{ // for each value of the option Probes, whether the path is not limited
		"/healthz": {true: true, false: true}, "/readyz": {true: true, false: false}, "/metrics": {true: true, false: false},
	} {
		for probes, unbounded := range served {
			f := newService()
			f.options = func(o *Options) { o.Limits, o.Probes = admission.Limits{Address: 1}, probes }
			handler, last := f.handler(t), 0
			for range 4 {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
				last = w.Code
			}
			if (last == 200) != unbounded || (last == 429) == unbounded {
				t.Errorf("%s, probes %t: the fourth got %d", path, probes, last)
			}
		}
	}
}

func TestAnAddressThatSendsTooMuchIsTurnedAway(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, second       string // addresses of the connections
		firstFor, secondFor string // values of X-Forwarded-For
		same                bool
	}{
		"one peer":                         {"192.0.2.1:1", "192.0.2.1:2", "", "", true},
		"two peers":                        {"192.0.2.1:1", "192.0.2.2:1", "", "", false},
		"a peer that makes up whom it is":  {"192.0.2.1:1", "192.0.2.1:1", "198.51.100.1", "198.51.100.2", true},
		"two clients of a proxy":           {"10.0.0.1:1", "10.0.0.1:1", "198.51.100.1", "198.51.100.2", false},
		"a client of two proxies":          {"10.0.0.1:1", "10.0.0.2:1", "198.51.100.1", "198.51.100.1", true},
		"a client behind a row of proxies": {"10.0.0.1:1", "10.0.0.1:1", "198.51.100.1, 10.0.0.3", "198.51.100.1, 10.0.0.4", true},
		"a client that makes up proxies":   {"10.0.0.1:1", "10.0.0.1:1", "1.1.1.1, 198.51.100.1", "2.2.2.2, 198.51.100.1", true},
		"a proxy that says nonsense":       {"10.0.0.1:1", "10.0.0.1:1", "nonsense", "other nonsense", true},
		"one IPv6 network":                 {"[2001:db8::1]:1", "[2001:db8::2]:1", "", "", true},
		"two IPv6 networks":                {"[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1", "", "", false},
		"IPv4 written as IPv6":             {"192.0.2.1:1", "[::ffff:192.0.2.1]:1", "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newService()
			f.check = func(context.Context, string) (auth.Caller, error) { return auth.Caller{}, auth.ErrBadToken }
			f.options = func(o *Options) {
				o.Limits = admission.Limits{Address: 1, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
			}
			served := f.handler(t)
			get := func(peer, forwarded string) int {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/trail", http.NoBody)
				r.RemoteAddr = peer
				r.Header.Set("X-Forwarded-For", forwarded)
				w := httptest.NewRecorder()
				served.ServeHTTP(w, r)
				return w.Code
			}
			for range 4 {
				get(test.first, test.firstFor)
			}
			if code := get(test.second, test.secondFor); (code == 429) != test.same {
				t.Errorf("got %d", code)
			}
		})
	}
}

// An API does not start if one of its routes requires no scope and is not in access.Open.
func TestARouteWithoutARule(t *testing.T) {
	t.Parallel()
	f := newService()
	s, err := New(f.settings())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Handler(func(router chi.Router) { f.mount(s, router); router.Get("/v1/everything", healthy) }); err == nil {
		t.Error("a route without a rule is let through")
	}
	if _, err := New(Options{Contract: edgetest.Contract()}); err == nil {
		t.Error("an API that checks no tokens starts, without having said so")
	}
}

// Every route of the router requires a token, except the routes in access.Open.
func TestEveryRouteAsksForAToken(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check = func(_ context.Context, token string) (auth.Caller, error) { return auth.Caller{}, auth.ErrNoToken }
	client := f.client(t)
	scopeless := newService()
	scopeless.check = func(context.Context, string) (auth.Caller, error) { return auth.Caller{Subject: "eve"}, nil }
	eve := scopeless.client(t)
	asked := 0
	for _, route := range edgetest.Contract().Routes() {
		method, path, _ := strings.Cut(route, " ")
		answer := send(t, client, method, path, "")
		if slices.Contains(access.Open, path) == (answer.status == 401) {
			t.Errorf("%s got %d", route, answer.status)
		}
		if answer.status != 401 {
			continue
		}
		asked++
		if answer := send(t, eve, method, path, "", "Authorization", "Bearer x"); answer.status != 403 || *answer.problem(t).Code != "insufficient_scope" {
			t.Errorf("%s without the scope got %d %s", route, answer.status, answer.body)
		}
	}
	if least := strings.Count(string(edgetest.Spec), "\n  /v1/"); asked < least || least == 0 {
		t.Errorf("%d routes ask for a token, and the contract has %d paths that must", asked, least)
	}
}
