package edge

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/auth"
)

// logged returns the decoded log lines that have this message.
func (f *service) logged(t *testing.T, message string) (lines []map[string]any) {
	t.Helper()
	for text := range strings.Lines(f.logs.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if line["msg"] == message {
			lines = append(lines, line)
		}
	}
	return lines
}

// hasLine checks that exactly one log line has this message, and that the line has the wanted
// attributes. If the wanted value of an attribute is "", the line must not have that attribute.
func (f *service) hasLine(t *testing.T, message string, want map[string]string) {
	t.Helper()
	lines := f.logged(t, message)
	if len(lines) != 1 {
		t.Fatalf("%d lines %q in %s", len(lines), message, f.logs.String())
	}
	for name, value := range want {
		got, there := lines[0][name]
		if there != (value != "") || there && fmt.Sprint(got) != value {
			t.Errorf("%s is %v, want %q, in %v", name, got, value, lines[0])
		}
	}
	if lines[0]["request_id"] == "" {
		t.Errorf("no request: %v", lines[0])
	}
}

// bySubjectAndScope simulates the check of a token. A token has the form SUBJECT/SCOPE.
// bySubjectAndScope refuses an empty token and the token "bad".
func bySubjectAndScope(_ context.Context, token string) (auth.Caller, error) {
	subject, scope, _ := strings.Cut(token, "/")
	switch token {
	case "":
		return auth.Caller{}, auth.ErrNoToken
	case "bad":
		return auth.Caller{}, fmt.Errorf("%w: it has expired", auth.ErrBadToken)
	}
	return auth.Caller{Subject: subject, Scopes: []string{scope}}, nil
}

// from sends a request from the address peer. If forwardedFor is not empty, peer is a proxy that
// forwards the request of a client with the address forwardedFor.
func from(t *testing.T, served http.Handler, peer, forwardedFor, token string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/trail?actor=secret", http.NoBody)
	r.RemoteAddr = peer
	if forwardedFor != "" {
		r.Header.Set("X-Forwarded-For", forwardedFor)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	served.ServeHTTP(w, r)
	return w.Code
}

// A request that is refused because of its caller has a log line, even if the access log is off.
// The line has the caller's subject, the client's IP address and the error code. If the token was
// refused, the line also has the reason.
func TestRefusalsSayWhoAndWhy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		peer, forwardedFor, token string
		want                      map[string]string
	}{
		"no token":            {"192.0.2.1:7", "", "", map[string]string{"address": "192.0.2.1", "subject": "", "status": "401", "code": "token_required", "level": "INFO", "reason": ""}},
		"a token that is bad": {"192.0.2.1:7", "198.51.100.9", "bad", map[string]string{"address": "192.0.2.1", "subject": "", "status": "401", "code": "invalid_token", "level": "WARN", "reason": auth.ErrBadToken.Error() + ": it has expired"}},
		"not the scope":       {"10.0.0.1:7", "203.0.113.1, 198.51.100.9", "eve/another", map[string]string{"address": "198.51.100.9", "subject": "eve", "status": "403", "code": "insufficient_scope", "level": "WARN"}},
		"an address of IPv6":  {"[2001:db8::1]:7", "", "eve/another", map[string]string{"address": "2001:db8::1", "subject": "eve"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newService()
			f.check = bySubjectAndScope
			f.options = func(o *Options) { o.Limits.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }
			from(t, f.handler(t), test.peer, test.forwardedFor, test.token)
			test.want["method"], test.want["route"] = "GET", "/v1/trail"
			f.hasLine(t, "request refused", test.want)
			if strings.Contains(f.logs.String(), "secret") {
				t.Errorf("the log has something of the query: %s", f.logs.String())
			}
		})
	}
}

// Refused requests can't flood the log output. The number of log lines about one client is limited,
// so that refused requests of other clients are still logged. The number of log lines about all
// clients together is limited, too.
func TestRefusalsDoNotFloodTheLog(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check = bySubjectAndScope
	served, began := f.handler(t), time.Now()
	for range 1000 {
		from(t, served, "192.0.2.1:7", "", "bad")
	}
	if lines := len(f.logged(t, "request refused")); lines < 1 || lines > 3+int(time.Since(began).Seconds()) {
		t.Errorf("one client has %d lines", lines)
	}
	from(t, served, "192.0.2.2:7", "", "bad")
	if lines := f.logged(t, "request refused"); lines[len(lines)-1]["address"] != "192.0.2.2" {
		t.Error("another client has none")
	}
	for n := range 1000 {
		from(t, served, fmt.Sprintf("198.51.%d.%d:7", 100+n/250, n%250), "", "bad")
	}
	lines := len(f.logged(t, "request refused"))
	if most := 20 * (4 + int(time.Since(began).Seconds())); lines > most {
		t.Errorf("all clients have %d lines, and not %d at most", lines, most)
	}
	from(t, served, "192.0.2.3:7", "", "eve") // the token is accepted, but it does not grant the scope
	if lines := f.logged(t, "request refused"); lines[len(lines)-1]["subject"] != "eve" {
		t.Error("strangers hide a subject")
	}
	lines = len(f.logged(t, "request refused"))
	metrics := send(t, f.client(t), http.MethodGet, "/metrics", "") // this client asks another API object, which uses the same metrics
	if !strings.Contains(metrics.body, "http_refusals_unlogged_total 0\n") {
		t.Error("what is not logged is not counted from the start")
	}
	w := httptest.NewRecorder()
	served.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	if want := fmt.Sprintf("http_refusals_unlogged_total %d\n", 2002-lines); !strings.Contains(w.Body.String(), want) {
		t.Errorf("there is no %q", want)
	}
}

// Each line of the access log has the subject and the address of the request.
func TestTheAccessLogSaysWho(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check, f.log = bySubjectAndScope, true
	from(t, f.handler(t), "192.0.2.1:7", "", "olga/operate")
	f.hasLine(t, "request", map[string]string{"subject": "olga", "address": "192.0.2.1", "status": "200", "route": "/v1/trail"})
}

// Each request to the trail (the list of who did what) has a log line, even if the access log is
// off, because only operators may read the trail.
func TestOperatorsRequestsLeaveALine(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check = bySubjectAndScope
	from(t, f.handler(t), "192.0.2.1:7", "", "olga/operate")
	f.hasLine(t, "operator's request", map[string]string{"subject": "olga", "address": "192.0.2.1", "route": "/v1/trail", "status": "200"})
	if strings.Contains(f.logs.String(), "secret") {
		t.Errorf("the log has something of the query: %s", f.logs.String())
	}
}
