package edge

import "net/http"

// policy lets a browser that shows an answer of the API as a page load and run nothing.
const policy = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// transport makes browsers use only TLS for this host, and for hosts below it, for a year.
const transport = "max-age=31536000; includeSubDomains"

// secure sets the headers that every answer has unless its route sets its own.
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
