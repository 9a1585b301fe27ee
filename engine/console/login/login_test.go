package login_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/console/login"
)

const base = "http://127.0.0.1:8085"

// desk is a Login with the tokens that it has announced.
type desk struct {
	login  *login.Login
	tokens []string
}

func newDesk(config login.Config) *desk {
	d := &desk{}
	config.Operator = "ada@host"
	config.Announce = func(token string) { d.tokens = append(d.tokens, token) }
	d.login = login.New(config)
	d.login.Start()
	return d
}

// exchange exchanges a token, and returns the session's cookie, or nil.
func (d *desk) exchange(token string) *http.Cookie {
	answer := httptest.NewRecorder()
	if !d.login.Exchange(answer, httptest.NewRequest(http.MethodPost, base+"/login", nil), token) {
		return nil
	}
	return answer.Result().Cookies()[0]
}

// send sends a request to a page that answers 200 with the operator and the secret of forms.
func (d *desk) send(method string, cookie *http.Cookie, form url.Values, headers http.Header) (status int, body string) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session := login.Of(r.Context())
		_, _ = w.Write([]byte(session.Operator + " " + session.Form))
	})
	stranger := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	request := httptest.NewRequest(method, base+"/", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	maps.Copy(request.Header, headers)
	if cookie != nil {
		request.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	d.login.Require(page, stranger).ServeHTTP(answer, request)
	return answer.Code, answer.Body.String()
}

// A token works once. Its use announces the next one. Scripts can't read the cookie, and no request
// that another site causes has it.
func TestALinkWorksOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(login.Config{})
	for _, wrong := range []string{"", "x", d.tokens[0] + "x", strings.ToLower(d.tokens[0])} {
		if d.exchange(wrong) != nil {
			t.Errorf("the token %q works", wrong)
		}
	}
	cookie := d.exchange(d.tokens[0])
	if cookie == nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || cookie.Name != "console_8085" {
		t.Fatalf("the cookie is %+v", cookie)
	}
	if d.exchange(d.tokens[0]) != nil {
		t.Error("a token works twice")
	}
	if len(d.tokens) != 2 || d.tokens[0] == d.tokens[1] || d.exchange(d.tokens[1]) == nil {
		t.Errorf("%d tokens were announced after one use", len(d.tokens))
	}
	if status, body := d.send(http.MethodGet, cookie, nil, nil); status != 200 || !strings.HasPrefix(body, "ada@host ") {
		t.Errorf("the session gets %d %s", status, body)
	}
	for name, other := range map[string]*http.Cookie{"no cookie": nil, "a forged one": {Name: cookie.Name, Value: "x"}, "another name": {Name: "console_8086", Value: cookie.Value}} {
		if status, _ := d.send(http.MethodGet, other, nil, nil); status != http.StatusForbidden {
			t.Errorf("%s gets %d", name, status)
		}
	}
}

// A form needs the secret of its own session: a page of another site can't know it.
func TestAFormNeedsTheSecretOfItsSession(t *testing.T) {
	t.Parallel()
	d := newDesk(login.Config{})
	cookie, other := d.exchange(d.tokens[0]), d.exchange(d.tokens[1])
	secretOf := func(cookie *http.Cookie) string {
		_, body := d.send(http.MethodGet, cookie, nil, nil)
		return strings.Fields(body)[1]
	}
	for _, c := range []struct {
		name, secret string
		want         int
	}{
		{"its own", secretOf(cookie), 200}, {"none", "", 403}, {"another session's", secretOf(other), 403}, {"wrong", strings.Repeat("0", 64), 403},
	} {
		if status, _ := d.send(http.MethodPost, cookie, url.Values{"form": {c.secret}}, nil); status != c.want {
			t.Errorf("%s secret: got %d, want %d", c.name, status, c.want)
		}
	}
}

// After a logout the cookie does not work any more.
func TestALogoutEndsTheSession(t *testing.T) {
	t.Parallel()
	d := newDesk(login.Config{})
	cookie := d.exchange(d.tokens[0])
	request := httptest.NewRequest(http.MethodPost, base+"/leave", nil)
	request.AddCookie(cookie)
	d.login.Leave(httptest.NewRecorder(), request)
	if status, _ := d.send(http.MethodGet, cookie, nil, nil); status != http.StatusForbidden {
		t.Errorf("after the logout it gets %d", status)
	}
}

// There are at most a few sessions at a time: a new one ends the oldest.
func TestSessionsAreFew(t *testing.T) {
	t.Parallel()
	d := newDesk(login.Config{})
	var cookies []*http.Cookie
	for i := range 20 {
		cookies = append(cookies, d.exchange(d.tokens[i]))
	}
	alive := 0
	for _, cookie := range cookies {
		if status, _ := d.send(http.MethodGet, cookie, nil, nil); status == 200 {
			alive++
		}
	}
	if status, _ := d.send(http.MethodGet, cookies[19], nil, nil); alive != 16 || status != 200 {
		t.Errorf("%d sessions are alive, and the last one gets %d", alive, status)
	}
}

// Behind a proxy with its own login, the proxy's header names the operator, and no link works. A
// client that adds the header itself is refused.
func TestAProxyNamesTheOperator(t *testing.T) {
	t.Parallel()
	d := newDesk(login.Config{Header: "X-Operator"})
	if len(d.tokens) != 0 || d.exchange("") != nil {
		t.Errorf("there are %d tokens", len(d.tokens))
	}
	for _, c := range []struct {
		values []string
		want   int
	}{{[]string{"grace"}, 200}, {nil, 403}, {[]string{" "}, 403}, {[]string{"mallory", "grace"}, 403}} {
		if status, body := d.send(http.MethodGet, nil, nil, http.Header{"X-Operator": c.values}); status != c.want || status == 200 && !strings.HasPrefix(body, "grace ") {
			t.Errorf("%q: got %d %s, want %d", c.values, status, body, c.want)
		}
	}
}
