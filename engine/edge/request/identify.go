package request

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// Identify generates an id for a request, and creates its Request, in which later handlers store
// what they know about the request. Identify does not use an id that the client sends. Two clients
// could send the same id, and events contain the id and are never deleted.
func Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, parent := uuid.NewString(), traceparent(r.Header.Get("Traceparent"))
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, &Request{
			ID:            id,
			correlationID: correlationID(r.Header.Get("X-Correlation-Id"), id),
			traceparent:   parent,
			TraceID:       traceIDIn(parent),
			URL:           r.URL,
			Accept:        strings.Join(r.Header.Values("Accept"), ", "),
			Head:          r.Method == http.MethodHead,
			Answer:        w.Header(),
		})))
	})
}
