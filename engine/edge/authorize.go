package edge

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/problem"
)

// Open are the routes that need no token: they are the same for everybody. The probes
// are among them where they are served at all.
var Open = []string{
	"/", "/healthz", "/readyz", "/metrics", "/openapi.yaml", "/docs", "/docs/init.js", "/docs/page.css",
	"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/favicon-32x32.png",
}

// checkRules finds a route that neither needs a scope, by the security of its operation in the
// contract, nor is open to everybody: an API with one does not start.
func (s *Stack) checkRules(router chi.Routes) error {
	return chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		operation, _ := s.Contract.Operation(method + " " + route)
		scope := operation.Scope
		switch {
		case slices.Contains(Open, route) && scope == "":
			return nil
		case slices.Contains(s.Scopes, scope):
			return nil
		}
		return fmt.Errorf("%s %s has no rule: give its operation in openapi.yaml security: [{oidc: [SCOPE]}] with one of %s", method, route, strings.Join(s.Scopes, ", "))
	})
}

// authorize lets in who may do what the route does, and remembers who that is. What
// belongs to whom the domain and the read models know. It stands behind the routing
// and before anything else of the request is looked at.
func (s *Stack) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := requestOf(r.Context())
		err := s.identifyCaller(r, request)
		if request.operation.Reads && changes(r.Method) { // it was taken for a command
			setEpoch(w, s.Epochs.Read.Known())
		}
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		if !s.subjectRequests.Enter(request.caller.Subject) {
			s.Fail(w, r, s.turnAway("requests of subject", problem.ErrTooManyAtOnce))
			return
		}
		defer s.subjectRequests.Leave(request.caller.Subject)
		next.ServeHTTP(w, r)
	})
}

func (s *Stack) identifyCaller(r *http.Request, request *request) (err error) {
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
	if !request.caller.May(request.operation.Scope) {
		return problem.ScopeMissing{Scope: request.operation.Scope}
	}
	if !s.subjects.Allow(request.caller.Subject) {
		return problem.ErrTooManyRequests
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

// receive reads the body, if the operation has one. It stands before admit: a client that sends its body slowly, or
// never, waits without a place.
func (s *Stack) receive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := requestOf(r.Context())
		var err error
		if request.body, err = request.operation.ReadBody(w, r); err != nil {
			s.Fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// check lets a request through if it is what its operation asks for, and says
// everything that is wrong with it otherwise. It stands behind the routing.
func (s *Stack) check(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := requestOf(r.Context())
		wrong := request.operation.Check(r, request.body)
		request.fingerprint = request.operation.Fingerprint(s.FingerprintKey, r, request.body)
		if len(wrong) > 0 {
			s.Fail(w, r, wrong)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// operationOf returns what the contract says of the route that a request has taken.
func (s *Stack) operationOf(r *http.Request) (contract.Operation, error) {
	route := routedMethod(r) + " " + chi.RouteContext(r.Context()).RoutePattern()
	op, ok := s.Contract.Operation(route)
	if !ok {
		return op, fmt.Errorf("route %s is not in the contract", route)
	}
	return op, nil
}

// routedMethod is GET for HEAD, as middleware.GetHead routes it.
func routedMethod(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}
