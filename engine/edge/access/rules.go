package access

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/edge/contract"
)

// Open lists the routes that need no token, because their answers are the same for everybody. The
// list also has the probes /readyz and /metrics, although some APIs do not serve them.
var Open = []string{
	"/", "/healthz", "/readyz", "/metrics", "/openapi.yaml", "/docs", "/docs/init.js", "/docs/page.css",
	"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/favicon-32x32.png",
}

// CheckRules returns an error if a route has no rule. A route has a rule if it is in Open, or if
// the OpenAPI contract requires a scope for its operation. If a route has no rule, the API does not
// start.
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
