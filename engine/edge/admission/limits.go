package admission

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Limits say how much one client may send to this process.
type Limits struct {
	Subject         int            // requests a second of one subject, and twice as many at once; 0: any number
	Address         int            // the same of one address, before its token is looked at
	SubjectRequests int            // requests of one subject that may run or wait at once; 0: any number
	AddressRequests int            // the same of one address; those of trusted proxies have no such bound
	SubjectWaits    int            // reads of one subject that may wait at once; 0: any number
	AddressWaits    int            // the same of one address, as for its requests
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

// AddressOf is where a request comes from: the peer, or, if that is a proxy that we
// trust, the last address of X-Forwarded-For that is not one, too.
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

// NameOf is what an address is counted as. An IPv6 address stands for its network of 64
// bits, which one client has all of.
func NameOf(address netip.Addr) string {
	if address.Is6() {
		network, err := address.WithZone("").Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return address.String()
}

// PeerOf returns what the other end of a connection is counted as, "" for a trusted proxy.
func (l Limits) PeerOf(remote net.Addr) string {
	address := peer(remote.String())
	if l.Trusted(address) {
		return ""
	}
	return NameOf(address)
}

// Trusted says whether an address is a proxy whose X-Forwarded-For is believed.
func (l Limits) Trusted(address netip.Addr) bool {
	return slices.ContainsFunc(l.TrustedProxies, func(network netip.Prefix) bool { return network.Contains(address) })
}

// peer is the address of the other end; the zero Addr for what is no network connection.
func peer(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	address, _ := netip.ParseAddr(host)
	return address.Unmap()
}
