package edge

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/enginetest/contracttest"
)

func TestProbes(t *testing.T) {
	t.Parallel()
	f := newService()
	client := f.client(t)
	if answer := send(t, client, http.MethodGet, "/readyz", ""); answer.status != 200 || answer.body != "ok\n" {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
	f.ready = errors.New("not ready: schema version")
	answer := send(t, client, http.MethodGet, "/readyz", "")
	if problem := answer.problem(t); answer.status != 503 || *problem.Code != "not_ready" || !strings.Contains(*problem.Detail, "schema version") {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
	if answer := send(t, client, http.MethodGet, "/healthz", ""); answer.status != 200 {
		t.Errorf("got %d", answer.status)
	}
}

func TestTheDocsAreServedUnderAStrictPolicy(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	page := send(t, client, http.MethodGet, "/docs", "")
	policy := page.header.Get("Content-Security-Policy")
	if page.status != 200 || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("got %d %s", page.status, policy)
	}
	if strings.Contains(page.body, "//") || strings.Contains(page.body, "<style") {
		t.Error("the page has inline styles or loads from elsewhere")
	}
	if spec := send(t, client, http.MethodGet, "/openapi.yaml", ""); spec.status != 200 || spec.body != string(edgetest.Spec) || !strings.HasPrefix(spec.body, "openapi: 3.0.3") {
		t.Errorf("got %d", spec.status)
	}
}

// The served contract names the issuer whose tokens the service accepts.
func TestTheServedContractNamesTheIssuer(t *testing.T) {
	t.Parallel()
	for issuer, want := range map[string]string{
		"":                                "https://issuer.example.com/.well-known/openid-configuration",
		"http://127.0.0.1:8083":           "http://127.0.0.1:8083/.well-known/openid-configuration",
		"https://login.acme.com/realms/a": "https://login.acme.com/realms/a/.well-known/openid-configuration",
		"https://login.acme.com/":         "https://login.acme.com/.well-known/openid-configuration",
	} {
		f := newService()
		f.options = func(o *Options) { o.Issuer = issuer }
		served := send(t, f.client(t), http.MethodGet, "/openapi.yaml", "").body
		document, err := openapi3.NewLoader().LoadFromData([]byte(served))
		if err != nil {
			t.Fatalf("%s: %v", issuer, err)
		}
		if got := document.Components.SecuritySchemes["oidc"].Value; got.Type != "openIdConnect" || got.OpenIdConnectUrl != want {
			t.Errorf("%s: the contract has %s", issuer, got.OpenIdConnectUrl)
		}
	}
}

// The root path redirects to the docs page, without a token. The redirect also works behind a
// proxy that serves the API under a path prefix.
func TestTheRootLeadsToTheDocs(t *testing.T) {
	t.Parallel()
	f := newService()
	client := f.client(t)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if answer := send(t, client, method, "/", ""); answer.status != 302 || answer.header.Get("Location") != "docs" || answer.body != "" {
			t.Errorf("%s: got %d %q %q", method, answer.status, answer.header.Get("Location"), answer.body)
		}
	}
	if answer := send(t, client, http.MethodGet, "/metrics", ""); !strings.Contains(answer.body, `http_requests_total{method="GET",route="/",status="3xx"} 1`) {
		t.Error("it is not counted as a route")
	}
	prefixed := &http.Client{Transport: contracttest.InProcess(http.StripPrefix("/bank", f.handler(t)))}
	if page := send(t, prefixed, http.MethodGet, "/bank/", ""); page.status != 200 || !strings.Contains(page.body, "swagger-ui") {
		t.Errorf("behind a prefix: got %d", page.status)
	}
}
