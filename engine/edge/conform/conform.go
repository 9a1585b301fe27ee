package conform

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// Handlers has the HTTP handlers that compare requests with an OpenAPI contract.
type Handlers struct {
	contract *contract.Contract
	key      []byte // key of the HMAC that is computed over a request
	fail     problem.Fail
}

// New returns Handlers for a contract. fingerprintKey is the key of an HMAC over a request. By this
// HMAC the service recognizes a repeated request with the same Idempotency-Key.
func New(asked *contract.Contract, fingerprintKey []byte, fail problem.Fail) *Handlers {
	return &Handlers{asked, fingerprintKey, fail}
}

// Find looks up the contract's operation for the route of a request, and stores the operation in
// the Request (engine/edge/request).
func (h *Handlers) Find(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if request.Of(r.Context()).Operation, err = h.operationOf(r); err != nil {
			h.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// operationOf returns the contract's operation for the route of a request.
func (h *Handlers) operationOf(r *http.Request) (contract.Operation, error) {
	route := routedMethod(r) + " " + chi.RouteContext(r.Context()).RoutePattern()
	op, ok := h.contract.Operation(route)
	if !ok {
		return op, fmt.Errorf("route %s is not in the contract", route)
	}
	return op, nil
}

// routedMethod returns the HTTP method under which the router has found the route. For a HEAD
// request routedMethod returns GET, because middleware.GetHead uses the routes of GET for HEAD
// requests.
func routedMethod(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}

// Receive reads the body of a request if its operation has a body. Receive runs before the request
// gets an execution slot. Otherwise a client that sends its body slowly would block a slot.
func (h *Handlers) Receive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known := request.Of(r.Context())
		var err error
		if known.Body, err = known.Operation.ReadBody(w, r); err != nil {
			h.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Check calls the next handler if a request conforms to its operation in the contract. Otherwise
// Check answers with the errors in the request. Check runs after Receive.
func (h *Handlers) Check(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known := request.Of(r.Context())
		wrong := known.Operation.Check(r, known.Body)
		known.Fingerprint = known.Operation.Fingerprint(h.key, r, known.Body)
		if len(wrong) > 0 {
			h.fail(w, r, wrong)
			return
		}
		next.ServeHTTP(w, r)
	})
}
