package http_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

// newGuarded starts a token issuer, and a stack whose API requires tokens of this issuer.
func newGuarded(t *testing.T, environment ...string) *stack {
	t.Helper()
	var issuer *devissuer.Issuer
	url := serve(t, func(url string) http.Handler {
		issuer = devissuer.New(url)
		return issuer.Handler()
	})
	s := newStack(t, append(guardedBy(url), environment...)...)
	s.issuer = issuer
	return s
}

// guardedBy returns the environment variables of an API that requires tokens of the issuer at the
// given URL.
func guardedBy(url string) []string {
	return []string{"AUTH=oidc", "AUTH_ISSUER=" + url, "AUTH_AUDIENCE=" + devissuer.Audience, "API_OPS_ADDR=127.0.0.1:0"}
}

// serve runs an HTTP server with a handler, and returns its URL. The port accepts connections
// before serve returns. The test uses a new port, because an old port may still get requests for an
// earlier server.
func serve(t *testing.T, handler func(url string) http.Handler) (url string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	url = "http://" + server.Listener.Addr().String()
	server.Config.Handler = handler(url)
	server.Start()
	t.Cleanup(server.Close)
	return url
}

// as returns the request headers with a token of a subject.
func (g *stack) as(subject, scope string) []string {
	g.t.Helper()
	return g.with(g.issuer.Claims(subject, scope))
}

func (g *stack) with(claims map[string]any) []string {
	g.t.Helper()
	token, err := g.issuer.Token(claims)
	if err != nil {
		g.t.Fatal(err)
	}
	return bearer(token)
}

func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

// route is an operation of the OpenAPI contract, with a request that the contract allows.
type route struct{ id, method, path, body, scope string }

// routes returns all operations of the contract that require a token. The path of an operation
// contains the given id, and its body is allowed by the contract.
func routes(t *testing.T, id string) []route {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	var all []route
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			if !strings.HasPrefix(path, "/v1/") {
				continue
			}
			scope := (*op.Security)[0]["oidc"][0]
			path := strings.Replace(path, "{id}", id, 1)
			all = append(all, route{op.OperationID, method, path, bodyOf(t, op), scope})
			if method == http.MethodGet {
				all = append(all, route{op.OperationID, http.MethodHead, path, "", scope})
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("the contract has no routes")
	}
	return all
}

// scopesOf returns all scopes that the given operations require.
func scopesOf(all []route) (scopes []string) {
	for _, r := range all {
		if !slices.Contains(scopes, r.scope) {
			scopes = append(scopes, r.scope)
		}
	}
	return scopes
}

// The test sends requests with wrong tokens of every kind to each operation. The API must refuse
// each of these requests.
func TestNobodyGetsInWithoutAGoodToken(t *testing.T) {
	t.Parallel()
	g, all := newGuarded(t), routes(t, uuid.NewString())
	scopes := scopesOf(all)
	claims := func(change func(map[string]any)) []string {
		c := g.issuer.Claims("ada", strings.Join(scopes, " "))
		change(c)
		return g.with(c)
	}
	good := strings.TrimPrefix(claims(func(map[string]any) {})[1], "Bearer ")
	stranger, err := devissuer.New("http://127.0.0.1").Token(g.issuer.Claims("ada", strings.Join(scopes, " ")))
	if err != nil {
		t.Fatal(err)
	}
	refused := map[string][]string{
		"no token":         nil,
		"garbage":          bearer("garbage"),
		"another scheme":   {"Authorization", "Basic " + good},
		"no scheme":        {"Authorization", good},
		"an empty token":   {"Authorization", "Bearer "},
		"expired":          claims(func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() }),
		"not yet valid":    claims(func(c map[string]any) { c["nbf"] = time.Now().Add(time.Hour).Unix() }),
		"another audience": claims(func(c map[string]any) { c["aud"] = "others" }),
		"another issuer":   claims(func(c map[string]any) { c["iss"] = "https://others.example.com" }),
		"alg none":         bearer(algNone(good)),
		"HMAC":             bearer(hmac(t, g.issuer, g.issuer.Claims("ada", strings.Join(scopes, " ")))),
		"an unknown key":   bearer(stranger),
	}
	for _, r := range all {
		for name, headers := range refused {
			answer := g.send(r.method, r.path, r.body, headers...)
			if answer.Status != 401 || answer.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s with %s: got %d %s", r.method, r.id, name, answer.Status, answer.Body)
			}
		}
		others := slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return scope == r.scope })
		answer := g.send(r.method, r.path, r.body, g.as("ada", strings.Join(others, " "))...)
		if answer.Status != 403 || !strings.Contains(answer.Header.Get("WWW-Authenticate"), `scope="`+r.scope+`"`) {
			t.Errorf("%s %s without its scope: got %d %s", r.method, r.id, answer.Status, answer.Body)
		}
	}
	for _, code := range []string{"token_required", "invalid_token", "insufficient_scope"} {
		if !strings.Contains(g.api.Metrics(), `http_callers_refused_total{code="`+code+`"}`) {
			t.Errorf("%s is not counted", code)
		}
	}
	if recorded := count(t, g.url, `SELECT count(*) FROM events`); recorded != 0 {
		t.Errorf("%d events were recorded", recorded)
	}
}

func algNone(token string) string {
	parts := strings.Split(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + "."
}

// hmac returns a forged token. The token is signed by HMAC, and the secret is the public key of the
// issuer, which everybody knows. A careless verifier would accept this token.
func hmac(t *testing.T, issuer *devissuer.Issuer, claims map[string]any) string {
	t.Helper()
	key := issuer.Key()
	der, err := x509.MarshalPKIXPublicKey(key.Public().Key)
	if err != nil {
		t.Fatal(err)
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	token, err := devissuer.Forge(secret, key.KeyID, claims)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// The paths for operators, such as /metrics, are served on another address than the public API.
func TestProbesAreElsewhere(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "DEBUG_PROFILES=true")
	for _, path := range []string{"/metrics", "/readyz", "/debug/pprof/"} {
		g.want(g.get(path, ""), 404, "no_such_route")
	}
	for path, want := range map[string]string{"/metrics": "http_requests_total", "/debug/pprof/goroutine?debug=1": "goroutine profile:"} {
		if status, text := g.api.Probe(path); status != 200 || !strings.Contains(text, want) {
			t.Errorf("%s: %d", path, status)
		}
	}
	if answer := g.get("/healthz", ""); answer.Status != 200 {
		t.Errorf("health: %d", answer.Status)
	}
	if answer := g.get("/docs", ""); answer.Status != 200 {
		t.Errorf("docs: %d", answer.Status)
	}
}

// The variable RATE_LIMIT sets the number of requests that one subject may send per second.
func TestASubjectsRateIsSet(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "RATE_LIMIT=1")
	olga := g.as("olga", "operate")
	await.True(t, "it is turned away", func() bool { return g.get("/v1/trail", "", olga...).Status == http.StatusTooManyRequests })
}

// If the token issuer does not answer, the API answers 503, and does not say that a token is
// invalid. The API also answers 503 while it can read the issuer's configuration but not its
// signing keys. When the issuer answers again, the API works without a restart.
func TestAnIssuerThatComesLater(t *testing.T) {
	t.Parallel()
	var there, keys atomic.Bool
	var asked atomic.Int32 // number of requests for the keys
	g := &stack{t: t, url: testdb.New(t), client: newClient(t)}
	url := serve(t, func(url string) http.Handler {
		g.issuer = devissuer.New(url)
		handler := g.issuer.Handler()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/keys" {
				asked.Add(1)
			}
			if !there.Load() || r.URL.Path == "/keys" && !keys.Load() {
				http.Error(w, "not yet", http.StatusInternalServerError)
				return
			}
			handler.ServeHTTP(w, r)
		})
	})
	g.api = begin(t, "api", append(guardedBy(url), "DATABASE_URL="+testdb.As(t, g.url, role.API))...)
	g.want(g.get("/v1/trail", "", g.as("olga", "operate")...), 503, "issuer_unavailable")
	await.True(t, "it is not ready", func() bool { return g.api.Ready() == 503 })
	there.Store(true)
	for more := range int32(2) { // the second round runs after the cached answer of /readyz has expired
		await.True(t, "keys are asked for", func() bool { return asked.Load() > more })
		g.want(g.get("/v1/trail", "", g.as("olga", "operate")...), 503, "issuer_unavailable")
		if status, text := g.api.Probe("/readyz"); status != 503 || !strings.Contains(text, "token issuer") {
			t.Errorf("without keys: %d %s", status, text)
		}
	}
	keys.Store(true)
	await.True(t, "it is ready", func() bool { return g.api.Ready() == 200 })
	g.want(g.get("/v1/trail", "", g.as("olga", "operate")...), 200, "")
	keys.Store(false)
	if g.api.Ready() != 200 {
		t.Error("an issuer that goes away turns off a process that knows its keys")
	}
}

func TestTheAPISaysWhyItLetsNobodyIn(t *testing.T) {
	t.Parallel()
	database := "DATABASE_URL=" + testdb.New(t)
	for name, test := range map[string]struct {
		environment []string
		want        string
	}{
		"nothing said":                 {nil, "AUTH=off"},
		"no audience":                  {[]string{"AUTH_ISSUER=https://issuer.example.com"}, "AUTH_AUDIENCE"},
		"an issuer that is none":       {[]string{"AUTH_ISSUER=issuer", "AUTH_AUDIENCE=a"}, "AUTH_ISSUER can't be understood"},
		"an issuer with a query":       {[]string{"AUTH_ISSUER=https://issuer.example.com/?key=hunter2", "AUTH_AUDIENCE=a"}, "AUTH_ISSUER has a query"},
		"tokens of no type":            {[]string{"AUTH_ISSUER=https://issuer.example.com", "AUTH_AUDIENCE=a", "AUTH_TOKEN_TYPES=,"}, "AUTH_TOKEN_TYPES"},
		"another issuer without TLS":   {[]string{"AUTH_ISSUER=http://login.example.com", "AUTH_AUDIENCE=a", "AUTH_INSECURE_HTTP=http://issuer:8083"}, "AUTH_INSECURE_HTTP"},
		"HTTP of no issuer":            {[]string{"AUTH_ISSUER=http://issuer:8083", "AUTH_AUDIENCE=a", "AUTH_INSECURE_HTTP=issuer"}, "AUTH_INSECURE_HTTP can't be understood"},
		"an issuer without TLS":        {[]string{"AUTH_ISSUER=http://issuer.example.com", "AUTH_AUDIENCE=a"}, "AUTH_INSECURE_HTTP"},
		"off for all the world":        {[]string{"AUTH=off", "API_ADDR=:0"}, "loopback"},
		"off for the network":          {[]string{"AUTH=off", "API_ADDR=0.0.0.0:0"}, "loopback"},
		"another word":                 {[]string{"AUTH=none"}, "AUTH must be one of: oidc, off"},
		"a certificate without a key":  {[]string{"AUTH=off", "TLS_CERT=hunter2"}, "TLS_CERT and TLS_KEY"},
		"proxies that are no networks": {[]string{"AUTH_ISSUER=https://issuer.example.com", "AUTH_AUDIENCE=a", "TRUSTED_PROXIES=10.0.0.1"}, "TRUSTED_PROXIES"},
		"everybody a proxy":            {[]string{"AUTH_ISSUER=https://issuer.example.com", "AUTH_AUDIENCE=a", "TRUSTED_PROXIES=10.0.0.0/8,0.0.0.0/0"}, "which is everybody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output := programs.Refused(t, "api", append([]string{"API_ADDR=127.0.0.1:0", database}, test.environment...)...)
			if !strings.Contains(output, test.want) || strings.Contains(output, "hunter2") {
				t.Errorf("it says %s", output)
			}
		})
	}
}

// If the API requires no tokens, it refuses requests with a foreign host name. Otherwise a web page
// could use a host name that resolves to this machine, and reach the API. If the API requires
// tokens, it accepts any host name, because proxies in front of it may have their own names.
func TestOpenDoorsAnswerByTheirOwnNameAlone(t *testing.T) {
	t.Parallel()
	open, guarded := newStack(t), newGuarded(t)
	for _, test := range []struct {
		address, path, host string
		want                int
	}{
		{open.api.Address, "/v1/trail", "", 200},
		{open.api.Address, "/v1/trail", "localhost:8080", 200},
		{open.api.Address, "/v1/trail", "evil.example:8080", 421},
		{open.api.Address, "/docs", "evil.example", 421},
		{open.api.Address, "/metrics", "evil.example", 421},
		{guarded.api.Address, "/healthz", "api.example", 200},
		{guarded.api.Address, "/v1/trail", "api.example", 401},
		{strings.TrimPrefix(guarded.issuerURL(), "http://"), "/tokens/ada", "", 200},
		{strings.TrimPrefix(guarded.issuerURL(), "http://"), "/tokens/ada", "evil.example", 421},
		{strings.TrimPrefix(guarded.issuerURL(), "http://"), "/keys", "evil.example", 421},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+test.address+test.path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = test.host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf("%s by %q: got %d, want %d", test.path, test.host, answer.StatusCode, test.want)
		}
	}
}

func (g *stack) issuerURL() string {
	g.t.Helper()
	for _, variable := range g.environment {
		if url, found := strings.CutPrefix(variable, "AUTH_ISSUER="); found {
			return url
		}
	}
	g.t.Fatal("there is no issuer")
	return ""
}
