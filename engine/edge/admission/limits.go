package admission

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Limits says how much one client may send to this process.
type Limits struct {
	Subject         int            // requests per second of one subject, and twice as many at once; 0: no limit
	Address         int            // requests per second of one address, counted before the token is read; 0: no limit
	SubjectRequests int            // requests of one subject that may run or wait at once; 0: no limit
	AddressRequests int            // requests of one address that may run or wait at once; 0: no limit. Trusted proxies have none
	SubjectWaits    int            // reads of one subject that may wait at once; 0: no limit
	AddressWaits    int            // reads of one address that may wait at once; 0: no limit. Trusted proxies have none
	TrustedProxies  []netip.Prefix // whose X-Forwarded-For is believed
}

// hopOf reads an address of X-Forwarded-For, to which some proxies append a port.
func hopOf(text string) (netip.Addr, bool) {
	if address, err := netip.ParseAddr(text); err == nil {
		return address, true
	}
	with, err := netip.ParseAddrPort(text)
	return with.Addr(), err == nil
}

// AddressOf returns the address that a request comes from: the peer, or, if the peer is a trusted
// proxy, the last address of X-Forwarded-For that is not a trusted proxy.
func (l Limits) AddressOf(r *http.Request) netip.Addr {
	address := peer(r.RemoteAddr)
	if l.Trusted(address) {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, hop := range slices.Backward(hops) {
			next, ok := hopOf(strings.TrimSpace(hop))
			if !ok {
				break
			}
			if address = next.Unmap(); !l.Trusted(address) {
				break
			}
		}
	}
	return address
}

// NameOf returns the name under which an address is counted. An IPv6 address counts as its network
// of 64 bits, all of which one client may have.
func NameOf(address netip.Addr) string {
	if address.Is6() {
		network, err := address.WithZone("").Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return address.String()
}

// PeerOf returns the name under which the other end of a connection is counted, or "" for a trusted
// proxy.
func (l Limits) PeerOf(remote net.Addr) string {
	address := peer(remote.String())
	if l.Trusted(address) {
		return ""
	}
	return NameOf(address)
}

// Trusted reports whether an address is a proxy whose X-Forwarded-For is believed.
func (l Limits) Trusted(address netip.Addr) bool {
	return slices.ContainsFunc(l.TrustedProxies, func(network netip.Prefix) bool { return network.Contains(address) })
}

// peer returns the address of the other end, or the zero Addr for what is no network connection.
func peer(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	address, _ := netip.ParseAddr(host)
	return address.Unmap()
}
