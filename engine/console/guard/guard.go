package guard

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/process/loopback"
)

// mostBytes limits the body of a request. A form of the console has a note and a few names.
const mostBytes = 16 << 10

// policy is the content security policy of all answers: a page loads only what this process serves,
// has no inline script or style, sends forms only to this process, and is framed by no page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Guard returns a handler that sets the security headers, and passes on only the requests that may
// come from a page of the console. The parameter hosts has further host names of the console, in
// lower case; the loopback names are always permitted.
func Guard(next http.Handler, hosts []string, logger *slog.Logger) http.Handler {
	return headers(named(hosts, http.NewCrossOriginProtection().Handler(limited(recovered(next, logger)))))
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Frame-Options", "DENY")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin") // with no-referrer, browsers would send the Origin null with a form
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// named refuses a request with a Host that is not a name of the console.
func named(hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := strings.ToLower(strings.TrimSuffix((&url.URL{Host: r.Host}).Hostname(), "."))
		if !loopback.Is(host) && !slices.Contains(hosts, host) {
			http.Error(w, "The console answers only under 127.0.0.1, localhost and the host that ops serve -url gives.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
			r.Body = http.MaxBytesReader(w, r.Body, mostBytes)
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Allow", "GET, HEAD, POST")
			http.Error(w, "The console has only pages and forms.", http.StatusMethodNotAllowed)
		}
	})
}

// recovered answers 500 if a handler panics, and logs the panic.
func recovered(next http.Handler, logger *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if reason := recover(); reason != nil {
				logger.ErrorContext(r.Context(), "a page of the console panicked", "page", r.Pattern, "panic", fmt.Sprint(reason), "stack", string(debug.Stack()))
				http.Error(w, "The console has a fault; its log says which.", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
