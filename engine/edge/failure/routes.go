package failure

import (
	"net/http"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// NoEmptySegment refuses a path with an empty segment. The router would use the empty segment as
// an empty id.
func (f *Writer) NoEmptySegment(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "//") {
			f.Fail(w, r, problem.ErrNoRoute)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// NoRoute answers a request whose path does not exist.
func (f *Writer) NoRoute(w http.ResponseWriter, r *http.Request) { f.Fail(w, r, problem.ErrNoRoute) }

// MethodNotAllowed answers a request whose path does not have the method. The router also calls
// MethodNotAllowed for a method that the router does not know, even if the path does not exist;
// then MethodNotAllowed answers that the path does not exist.
func (f *Writer) MethodNotAllowed(w http.ResponseWriter, r *http.Request) {
	if allowed(r) == "" {
		f.Fail(w, r, problem.ErrNoRoute)
		return
	}
	f.Fail(w, r, problem.ErrMethod)
}

// FailBinding answers a request that conforms to the contract, but that the generated code can't
// decode.
func (f *Writer) FailBinding(w http.ResponseWriter, r *http.Request, err error) {
	f.Logger.WarnContext(r.Context(), "request passed the contract and can't be bound",
		"request_id", request.Of(r.Context()).ID, "error", err)
	f.Fail(w, r, problem.Invalid{{Field: "request", Rule: new("shape"), Detail: "does not have the shape that the contract asks for"}})
}
