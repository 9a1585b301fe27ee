package connlimit

import (
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// turnAwayAfter is the delay before a refusal. Because of this delay, the server sends at most 640
// refusals per second: every 100 ms, one on each of the 64 connections beyond the limit.
const turnAwayAfter = 100 * time.Millisecond

// turnAway first delays each request on a connection beyond a limit. If the limits allow the
// connection after this delay, turnAway passes the request to the next handler. Otherwise turnAway
// answers 503 and closes the connection.
func (c *Limiter) turnAway(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := r.Context().Value(connectionKey{}).(*connection)
		if !n.surplus.Load() {
			next.ServeHTTP(w, r)
			return
		}
		header := w.Header()
		switch r.URL.Path {
		case "/healthz", "/readyz", "/metrics":
			header.Set("Connection", "close")
			next.ServeHTTP(w, r)
			return
		}
		select { // without this delay, thousands of clients that reconnect would take the processor time of the requests
		case <-time.After(turnAwayAfter):
		case <-r.Context().Done():
		}
		if c.admit(n) {
			next.ServeHTTP(w, r)
			return
		}
		c.turnedAway.Inc()
		_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // the rest of the body is not needed
		header.Set("Connection", "close")
		header.Set("Content-Type", "application/problem+json")
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Content-Security-Policy", "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
		header.Set("Referrer-Policy", "no-referrer")
		if r.TLS != nil {
			header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		header.Set("Retry-After", "1")
		id := uuid.NewString()
		header.Set("X-Request-Id", id)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintf(w, `{"type":"about:blank","title":"Service Unavailable","status":503,"code":"overloaded",`+
			`"detail":"Too many connections are open; nothing was done, try again later.","request_id":%q}`+"\n", id)
	})
}
