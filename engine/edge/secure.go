package edge

import "net/http"

// policy is the content security policy of an answer. If a browser shows the answer as a page, the
// browser loads nothing and runs nothing.
const policy = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// transport is the value of the HSTS header: for a year, browsers use only TLS for this host and
// its subdomains.
const transport = "max-age=31536000; includeSubDomains"

// secure sets the security headers of every answer. A route may replace these headers.
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
