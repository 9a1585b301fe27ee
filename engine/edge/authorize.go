package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/auth"
)

// open are the routes that need no token: they are the same for everybody. The probes
// are among them where they are served at all.
var open = []string{
	"/", "/healthz", "/readyz", "/metrics", "/openapi.yaml", "/docs", "/docs/init.js", "/docs/page.css",
	"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/favicon-32x32.png",
}

var scopes = []string{auth.ReadAccounts, auth.WriteAccounts, auth.Operate}

// checkRules finds a route that neither needs a scope, by the security of its operation in the
// contract, nor is open to everybody: an API with one does not start.
func (s *server) checkRules(router chi.Routes) error {
	return chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		scope := s.operations[method+" "+route].scope
		switch {
		case slices.Contains(open, route) && scope == "":
			return nil
		case slices.Contains(scopes, scope):
			return nil
		}
		return fmt.Errorf("%s %s has no rule: give its operation in openapi.yaml security: [{oidc: [SCOPE]}] with one of %s", method, route, strings.Join(scopes, ", "))
	})
}

// authorize lets in who may do what the route does, and remembers who that is. What
// belongs to whom the domain and the read models know. It stands behind the routing
// and before anything else of the request is looked at.
func (s *server) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := requestOf(r.Context())
		err := s.identifyCaller(r, request)
		if request.operation.reads && changes(r.Method) { // it was taken for a command
			setEpoch(w, s.Epochs.Read.Known())
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if !s.subjectRequests.enter(request.caller.Subject) {
			s.fail(w, r, s.turnAway("requests of subject", errTooManyAtOnce))
			return
		}
		defer s.subjectRequests.leave(request.caller.Subject)
		next.ServeHTTP(w, r)
	})
}

func (s *server) identifyCaller(r *http.Request, request *request) (err error) {
	if request.operation, err = s.operationOf(r); err != nil {
		return err
	}
	token, err := bearer(r.Header)
	if err != nil {
		request.reason = err.Error()
		return err
	}
	if request.caller, err = s.Check(r.Context(), token); err != nil {
		if errors.Is(err, auth.ErrBadToken) {
			request.reason = err.Error()
		}
		return err
	}
	if !request.caller.May(request.operation.scope) {
		return scopeMissing{request.operation.scope}
	}
	if !s.subjects.allow(request.caller.Subject) {
		return errTooManyRequests
	}
	return nil
}

// bearer is the token of the Authorization header (RFC 6750, 2.1), "" without one.
func bearer(header http.Header) (string, error) {
	lines := header.Values("Authorization")
	if len(lines) == 0 {
		return "", nil
	}
	scheme, token, _ := strings.Cut(lines[0], " ")
	if len(lines) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", fmt.Errorf("%w: Authorization is not one Bearer token", auth.ErrBadToken)
	}
	return token, nil
}

// shortened bounds what a stranger can write into the log.
func shortened(reason string) string {
	const most = 300
	if len(reason) <= most {
		return reason
	}
	return strings.ToValidUTF8(reason[:most], "") + "…"
}
