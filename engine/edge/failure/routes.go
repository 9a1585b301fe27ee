package failure

import (
	"net/http"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// NoEmptySegment turns away what the router would take for an id that is empty.
func (f *Writer) NoEmptySegment(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "//") {
			f.Fail(w, r, problem.ErrNoRoute)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// NoRoute answers a path that there is not.
func (f *Writer) NoRoute(w http.ResponseWriter, r *http.Request) { f.Fail(w, r, problem.ErrNoRoute) }

// MethodNotAllowed answers a method that the path does not know. The router also calls
// it for a method that it does not know itself, on any path.
func (f *Writer) MethodNotAllowed(w http.ResponseWriter, r *http.Request) {
	if allowed(r) == "" {
		f.Fail(w, r, problem.ErrNoRoute)
		return
	}
	f.Fail(w, r, problem.ErrMethod)
}

// FailBinding answers a request that passed the contract and that the generated
// code still can't bind.
func (f *Writer) FailBinding(w http.ResponseWriter, r *http.Request, err error) {
	f.Logger.WarnContext(r.Context(), "request passed the contract and can't be bound",
		"request_id", request.Of(r.Context()).ID, "error", err)
	f.Fail(w, r, problem.Invalid{{Field: "request", Rule: new("shape"), Detail: "does not have the shape that the contract asks for"}})
}
