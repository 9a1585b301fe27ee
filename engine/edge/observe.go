package edge

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/edge/problem"
)

// observe counts each request, and logs it if asked to, or if it was refused or shows what is personal.
func (s *Stack) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			took := time.Since(start)
			route := chi.RouteContext(r.Context()).RoutePattern()
			if route == "" {
				route = "none"
			}
			s.metrics.observe(r, route, recorder, took)
			if s.AccessLog {
				s.logRequest(r, route, recorder, took)
			}
			s.logRefusal(r, route, recorder.status)
			s.logRead(r, route, recorder.status)
		}()
		next.ServeHTTP(recorder, r)
	})
}

// levelOf keeps what asks every few seconds out of the log.
func levelOf(route string) slog.Level {
	switch route {
	case "/healthz", "/readyz", "/metrics":
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// recoverPanics turns a panic into a 500, unless the answer has begun.
func (s *Stack) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(cause)
			}
			if recorder, ok := w.(*recorder); ok && recorder.begun {
				s.logFailure(r, http.StatusInternalServerError, fmt.Errorf("%w: %v\n%s", problem.ErrPanic, cause, debug.Stack()))
				panic(http.ErrAbortHandler) // the client must not take half an answer for a whole one
			}
			s.Fail(w, r, fmt.Errorf("%w: %v\n%s", problem.ErrPanic, cause, debug.Stack()))
		}()
		next.ServeHTTP(w, r)
	})
}

// policy has a browser that shows an answer of the API's, as if it were a page, load and run nothing.
const policy = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// transport has browsers speak TLS alone to this host, and to those below it, for a year.
const transport = "max-age=31536000; includeSubDomains"

// secure sets the headers that every answer has unless a route knows better.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", policy)
		header.Set("Referrer-Policy", "no-referrer")
		if r.TLS != nil {
			header.Set("Strict-Transport-Security", transport)
		}
		next.ServeHTTP(w, r)
	})
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int
	begun  bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.begun && status >= 200 {
		r.status, r.begun = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.begun = true
	n, err := r.ResponseWriter.Write(p)
	r.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// knownMethod keeps what a client makes up out of logs and labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
