package conform

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// Handlers are HTTP handlers that compare requests with a contract.
type Handlers struct {
	contract *contract.Contract
	key      []byte // key of the HMAC by which fingerprints are computed
	fail     problem.Fail
}

// New returns Handlers for a contract. fingerprintKey is the key of the HMAC that is computed
// over a request with an Idempotency-Key.
func New(asked *contract.Contract, fingerprintKey []byte, fail problem.Fail) *Handlers {
	return &Handlers{asked, fingerprintKey, fail}
}

// Find stores the contract's operation for the route of a request in the Request.
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

// routedMethod returns the method by which the router has found the route. For a HEAD request
// routedMethod returns GET, because middleware.GetHead uses the route of GET.
func routedMethod(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}

// Receive reads the body if the operation has one. Receive runs before the handler that gives a
// request its slot, so that a client that sends its body slowly, or never, does not use a slot.
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

// Check calls the next handler if a request conforms to its operation. Otherwise Check answers
// with all errors in the request. Check runs after Receive.
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
