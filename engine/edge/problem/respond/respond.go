package respond

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
)

// Writer answers requests that have failed.
type Writer struct {
	Problems problem.Table
	Logger   *slog.Logger
}

// Fail answers a request with the problem details (RFC 9457) of an error.
func (f *Writer) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, event.ErrPreconditionFailed) && query.HasWeakTag(r.Header.Get("If-Match")) {
		err = fmt.Errorf("%w: %w", problem.ErrWeakTag, err)
	}
	known := request.Of(r.Context())
	answer := f.Problems.Classify(known.Changes(r.Method), err)
	answer.RequestID = known.ID
	known.Outcome = "error"
	if answer.Code != nil {
		known.Outcome = *answer.Code
	}
	_, probe := errors.AsType[problem.NotReady](err) // the readiness check itself logs changes
	if answer.Status >= 500 && !probe && !comesOften(err) {
		f.Log(r, answer.Status, err)
	}
	failureHeaders(w.Header(), r, answer.Status, err)
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err) // the problem has only strings and numbers, so encoding can't fail
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(append(body, '\n')) // if Write fails, the client has closed the connection
}

func failureHeaders(header http.Header, r *http.Request, status int, err error) {
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	if status >= http.StatusInternalServerError {
		header.Del("Parked-Position") // the header is about a row that this answer does not contain
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		header.Set("Retry-After", "1")
	}
	if status == http.StatusMethodNotAllowed {
		header.Set("Allow", allowed(r))
	}
	if challenge := challengeOf(err); challenge != "" {
		header.Set("WWW-Authenticate", challenge)
	}
	if positioned, ok := errors.AsType[problem.Positioned](err); ok {
		header.Set("Event-Position", strconv.FormatInt(positioned.Position, 10))
	}
}

// challengeOf returns the WWW-Authenticate header for a request whose token is missing or was
// refused (RFC 6750, 3). For other errors challengeOf returns "".
func challengeOf(err error) string {
	missing, ok := errors.AsType[problem.ScopeMissing](err)
	switch {
	case ok:
		return `Bearer error="insufficient_scope", scope="` + missing.Scope + `"`
	case errors.Is(err, auth.ErrBadToken):
		return `Bearer error="invalid_token"`
	case errors.Is(err, auth.ErrNoToken):
		return "Bearer"
	}
	return ""
}

// comesOften reports whether a single client can cause the error thousands of times. Such errors
// are counted in metrics, and they are not logged.
func comesOften(err error) bool {
	return errors.Is(err, event.ErrOverloaded) || errors.Is(err, event.ErrBeyondLog) || errors.Is(err, problem.ErrParked)
}

// Log logs an error with its text. The client must not see this text.
func (f *Writer) Log(r *http.Request, status int, err error) {
	level := slog.LevelError
	if status != http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	f.Logger.LogAttrs(r.Context(), level, "request failed",
		append(request.Of(r.Context()).Who(), slog.Int("status", status), slog.Any("error", err))...)
}

// allowed returns the HTTP methods that the request's path supports, as a list for the header
// Allow.
func allowed(r *http.Request) string {
	routes := chi.RouteContext(r.Context()).Routes
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if routes.Match(chi.NewRouteContext(), method, r.URL.Path) {
			methods = append(methods, method)
			if method == http.MethodGet {
				methods = append(methods, http.MethodHead) // middleware.GetHead answers HEAD on the route of GET
			}
		}
	}
	return strings.Join(methods, ", ")
}
