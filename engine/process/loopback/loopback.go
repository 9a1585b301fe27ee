package loopback

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Is reports whether only this machine can reach an address. The address may have a port.
func Is(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// OnlyHosts passes a request on if its Host is a name of this machine, or one of the given names.
// OnlyHosts answers other requests with 421. OnlyHosts protects a server that only this machine can
// reach, and that therefore authenticates nobody. A web page in a browser on this machine may also
// reach such a server. For this, the host name of the page must resolve to 127.0.0.1 (DNS
// rebinding). OnlyHosts rejects such a request, because the browser sends the host name of the page
// as Host.
func OnlyHosts(next http.Handler, names ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := strings.ToLower(strings.TrimSuffix((&url.URL{Host: r.Host}).Hostname(), "."))
		switch {
		case host == "", // a client of HTTP/1.0; browsers always send Host
			Is(host),
			strings.HasSuffix(host, ".localhost"), // browsers resolve them without DNS
			slices.Contains(names, host):
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.WriteHeader(http.StatusMisdirectedRequest)
		fmt.Fprintln(w, `{"type":"about:blank","title":"Misdirected Request","status":421,"code":"misdirected","detail":"Nobody needs a token here, so that it answers under this machine's names alone: ask by 127.0.0.1 or localhost."}`)
	})
}
