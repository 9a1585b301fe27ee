package conform

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// Handlers compares requests with a contract.
type Handlers struct {
	contract *contract.Contract
	key      []byte // of the HMAC that makes fingerprints
	fail     problem.Fail
}

// New returns Handlers for a contract. fingerprintKey is the key of the HMACs of requests under an
// Idempotency-Key.
func New(asked *contract.Contract, fingerprintKey []byte, fail problem.Fail) *Handlers {
	return &Handlers{asked, fingerprintKey, fail}
}

// Find finds the operation of the contract for the route that a request has taken.
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

// operationOf returns the operation of the contract for the route that a request has taken.
func (h *Handlers) operationOf(r *http.Request) (contract.Operation, error) {
	route := routedMethod(r) + " " + chi.RouteContext(r.Context()).RoutePattern()
	op, ok := h.contract.Operation(route)
	if !ok {
		return op, fmt.Errorf("route %s is not in the contract", route)
	}
	return op, nil
}

// routedMethod returns the method that the request was routed by: GET for HEAD, as
// middleware.GetHead does.
func routedMethod(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}

// Receive reads the body, if the operation has one. It stands before the handler that takes a
// place, so that a client that sends its body slowly, or never, takes none.
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

// Check lets a request through that conforms to its operation, and answers any other request with
// everything that is wrong with it. It stands after Receive.
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
