package access

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/edge/contract"
)

// Open are the routes that need no token: they are the same for everybody. They include the probes
// where these are served.
var Open = []string{
	"/", "/healthz", "/readyz", "/metrics", "/openapi.yaml", "/docs", "/docs/init.js", "/docs/page.css",
	"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/favicon-32x32.png",
}

// CheckRules fails if a route neither requires a scope, by the security of its operation in the
// contract, nor is open to everybody: an API with such a route does not start.
func CheckRules(router chi.Routes, rules *contract.Contract, scopes []string) error {
	return chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		operation, _ := rules.Operation(method + " " + route)
		scope := operation.Scope
		switch {
		case slices.Contains(Open, route) && scope == "":
			return nil
		case slices.Contains(scopes, scope):
			return nil
		}
		return fmt.Errorf("%s %s has no rule: give its operation in openapi.yaml security: [{oidc: [SCOPE]}] with one of %s", method, route, strings.Join(scopes, ", "))
	})
}
