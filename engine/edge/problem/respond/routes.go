package respond

import (
	"log/slog"
	"net/http"
	"strings"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// NoEmptySegment refuses a request whose path has an empty segment, like /v1//history. Otherwise
// the router would use the empty segment as an id.
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

// MethodNotAllowed answers a request whose path does not support the method. The router also calls
// MethodNotAllowed for a method that the router does not know, even if the path does not exist. In
// this case MethodNotAllowed answers that the path does not exist.
func (f *Writer) MethodNotAllowed(w http.ResponseWriter, r *http.Request) {
	if allowed(r) == "" {
		f.Fail(w, r, problem.ErrNoRoute)
		return
	}
	f.Fail(w, r, problem.ErrMethod)
}

// FailBinding answers a request that the generated code can't decode, although the request conforms
// to the contract.
func (f *Writer) FailBinding(w http.ResponseWriter, r *http.Request, err error) {
	f.Logger.LogAttrs(r.Context(), slog.LevelWarn, "request passed the contract and can't be bound",
		append(request.Of(r.Context()).IDs(), slog.Any("error", err))...)
	f.Fail(w, r, problem.Invalid{{Field: "request", Rule: new("shape"), Detail: "does not have the shape that the contract asks for"}})
}
