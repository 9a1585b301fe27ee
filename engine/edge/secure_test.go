package edge

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/edgetest"
)

// The headers of every answer tell a browser to respect the media type and to use TLS. They also
// tell it not to let other pages embed or read the answer. No answer sets a cookie.
func TestBrowsersAreToldWhatTheyMayDo(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check = func(_ context.Context, token string) (auth.Caller, error) {
		if token != "good" {
			return auth.Caller{}, auth.ErrBadToken
		}
		return auth.Caller{Subject: "ada", Scopes: []string{auth.Operate}}, nil
	}
	served := f.handler(t)
	for _, asked := range []struct {
		method, path, token string
		status              int
	}{
		{http.MethodGet, "/v1/trail", "good", 200},
		{http.MethodGet, "/v1/trail?limit=0", "good", 400},
		{http.MethodGet, "/v1/trail", "bad", 401},
		{http.MethodGet, "/v1/nothing", "good", 404},
		{http.MethodDelete, "/v1/trail", "good", 405},
		{http.MethodOptions, "/v1/trail", "", 405}, // a CORS preflight
		{http.MethodTrace, "/v1/trail", "good", 405},
		{http.MethodGet, "/healthz", "", 200},
		{http.MethodGet, "/", "", 302},
		{http.MethodGet, "/openapi.yaml", "", 200},
		{http.MethodGet, "/docs", "", 200},
		{http.MethodGet, "/docs/", "", 404}, // no directory listing
		{http.MethodGet, "/docs/init.js", "", 200},
	} {
		r := httptest.NewRequestWithContext(t.Context(), asked.method, asked.path, http.NoBody)
		r.TLS = &tls.ConnectionState{}
		r.Header.Set("Authorization", "Bearer "+asked.token)
		r.Header.Set("Origin", "https://elsewhere.example")
		r.Header.Set("Access-Control-Request-Method", http.MethodGet)
		w := httptest.NewRecorder()
		served.ServeHTTP(w, r)
		what, header := asked.method+" "+asked.path, w.Header()
		if w.Code != asked.status {
			t.Errorf("%s: got %d", what, w.Code)
		}
		for name, value := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
			"Set-Cookie": "", "Access-Control-Allow-Origin": "",
		} {
			if header.Get(name) != value {
				t.Errorf("%s: %s is %q", what, name, header.Get(name))
			}
		}
		if cached := header.Get("Cache-Control"); !slices.Contains([]string{"no-store", "private, no-cache", "no-cache"}, cached) {
			t.Errorf("%s: it may be cached: %q", what, cached)
		}
		directives := strings.Split(header.Get("Content-Security-Policy"), "; ")
		for _, directive := range []string{"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !slices.Contains(directives, directive) {
				t.Errorf("%s: the policy is without %s: %q", what, directive, directives)
			}
		}
		if page := strings.HasPrefix(asked.path, "/docs") && w.Code == 200; page == slices.Contains(directives, "sandbox") {
			t.Errorf("%s: the policy is %q", what, directives)
		}
		if kind := header.Get("Content-Type"); w.Body.Len() > 0 && kind == "" || strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "; charset=utf-8") {
			t.Errorf("%s: the body is %q", what, kind)
		}
	}
}

// An operation with a safe HTTP method (RFC 9110, 9.2.1) must change nothing, because any web page
// can make a browser send such a request.
func TestSafeMethodsAreQueries(t *testing.T) {
	t.Parallel()
	for _, route := range edgetest.Contract().Routes() {
		operation, _ := edgetest.Contract().Operation(route)
		method, path, _ := strings.Cut(route, " ")
		if safe := method == http.MethodGet || method == http.MethodHead; safe && strings.HasPrefix(path, "/v1/") && !operation.Reads {
			t.Errorf("%s is no query", route)
		}
	}
}

// A token is accepted only in the header Authorization. A parameter is accepted only in the part of
// the request (path, query or header) that the contract names. Neither the token nor a parameter
// may occur twice.
func TestATokenIsTakenFromItsHeaderOnly(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check = func(_ context.Context, token string) (auth.Caller, error) {
		if token == "" {
			return auth.Caller{}, auth.ErrNoToken
		}
		return auth.Caller{Subject: "ada", Scopes: []string{auth.Operate}}, nil
	}
	served := f.handler(t)
	for name, asked := range map[string]struct {
		path    string
		headers http.Header
		status  int
	}{
		"in its header":   {"/v1/trail", http.Header{"Authorization": {"Bearer x"}}, 200},
		"in the query":    {"/v1/trail?access_token=x", nil, 401},
		"in a cookie":     {"/v1/trail", http.Header{"Cookie": {"access_token=x"}}, 401},
		"twice":           {"/v1/trail", http.Header{"Authorization": {"Bearer x", "Bearer y"}}, 401},
		"a limit twice":   {"/v1/trail?limit=1&limit=2", http.Header{"Authorization": {"Bearer x"}}, 400},
		"one made up":     {"/v1/trail?limits=1", http.Header{"Authorization": {"Bearer x"}}, 400},
		"one in a cookie": {"/v1/trail", http.Header{"Authorization": {"Bearer x"}, "Cookie": {"limit=0"}}, 200},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, asked.path, http.NoBody)
		maps.Copy(r.Header, asked.headers)
		w := httptest.NewRecorder()
		served.ServeHTTP(w, r)
		if w.Code != asked.status {
			t.Errorf("%s: got %d %s", name, w.Code, w.Body)
		}
	}
}

// Text that a client has chosen is escaped in every answer, link and log line.
func TestWhatIsRepeatedIsEncoded(t *testing.T) {
	t.Parallel()
	f := newService()
	f.goOn = 6
	client := f.client(t)
	link := send(t, client, http.MethodGet, "/v1/trail?limit=1&actor=a%22%3E%0D%0AX-Evil:1%26limit=2", "").header.Get("Link")
	if !strings.Contains(link, "actor=a%22%3E%0D%0AX-Evil%3A1%26limit%3D2&") || strings.Count(link, `"`) != 2 {
		t.Errorf("the link is %s", link)
	}
	answer := send(t, client, http.MethodGet, "/v1/trail?%3Cscript%3E%22=1", "")
	if !json.Valid([]byte(answer.body)) || strings.Contains(answer.body, "<script") || answer.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %v %s", answer.header, answer.body)
	}
	f = newService()
	f.check = func(context.Context, string) (auth.Caller, error) {
		return auth.Caller{}, errors.Join(auth.ErrBadToken, errors.New("its kid is \"\r\n{\"msg\":\"made up\"}\""))
	}
	send(t, f.client(t), http.MethodGet, "/v1/trail", "", "Authorization", "Bearer x")
	if said := f.logs.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "made up") {
		t.Errorf("the log says %s", said)
	}
}
