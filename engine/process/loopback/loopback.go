package loopback

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Is reports whether an address, with a port or without, can be reached from this machine only.
func Is(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// OnlyHosts passes on requests that name this machine as their host, or one of names, and answers
// 421 to others. It is for a server that authenticates nobody, since only this machine reaches it.
// A web page in a browser on this machine can reach it, too, if the page's own name resolves to
// 127.0.0.1 (DNS rebinding); but the browser then sends that name as Host.
func OnlyHosts(next http.Handler, names ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := strings.ToLower(strings.TrimSuffix((&url.URL{Host: r.Host}).Hostname(), "."))
		switch {
		case host == "", // a client of HTTP/1.0; browsers always name it
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
