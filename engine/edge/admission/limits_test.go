package admission

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// Requests are counted under the client address that a trusted proxy has added to the header
// X-Forwarded-For. Addresses that the client itself has put into the header have no effect.
func FuzzForwardedFor(f *testing.F) {
	for _, seed := range []string{"", "198.51.100.2", "10.0.0.3", "nonsense", ",,", "::1, fe80::1%eth0", "[::1]:80"} {
		f.Add(seed)
	}
	s := Limits{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	f.Fuzz(func(t *testing.T, said string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:1"
		r.Header["X-Forwarded-For"] = []string{said, said + ", 198.51.100.1"}
		if address := NameOf(s.AddressOf(r)); address != "198.51.100.1" {
			t.Fatalf("%q makes it %q", said, address)
		}
		r.Header["X-Forwarded-For"] = []string{said}
		address := NameOf(s.AddressOf(r))
		if _, err := netip.ParseAddr(address); err != nil {
			if _, err := netip.ParsePrefix(address); err != nil {
				t.Fatalf("%q is the address %q", said, address)
			}
		}
	})
}
