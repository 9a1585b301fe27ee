package admission

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Limits has the limits for the requests that one client sends to this process. It also finds the
// address of a client.
type Limits struct {
	Subject         int            // requests per second of one subject, with bursts of twice as many; 0: no limit
	Address         int            // requests per second of one address, with bursts of twice as many, counted before the token is read; 0: no limit
	SubjectRequests int            // how many requests of one subject may run or wait at the same time; 0: no limit
	AddressRequests int            // how many requests of one address may run or wait at the same time; 0: no limit; trusted proxies have no limit
	SubjectWaits    int            // how many reads of one subject may wait at the same time; 0: no limit
	AddressWaits    int            // how many reads of one address may wait at the same time; 0: no limit; trusted proxies have no limit
	TrustedProxies  []netip.Prefix // networks of the proxies whose X-Forwarded-For header is trusted
}

// hopOf parses one address of the header X-Forwarded-For. Some proxies append a port to the
// address; hopOf ignores the port.
func hopOf(text string) (netip.Addr, bool) {
	if address, err := netip.ParseAddr(text); err == nil {
		return address, true
	}
	with, err := netip.ParseAddrPort(text)
	return with.Addr(), err == nil
}

// AddressOf returns the address of the client that has sent a request. If the connection is not
// from a trusted proxy, the client's address is the remote address of the connection. Otherwise
// AddressOf returns the last address in X-Forwarded-For that is not the address of a trusted proxy.
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

// NameOf returns the name under which the requests of an address are counted. All IPv6 addresses
// with the same 64-bit prefix have the same name, because one client may use all these addresses.
func NameOf(address netip.Addr) string {
	if address.Is6() {
		network, err := address.WithZone("").Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return address.String()
}

// PeerOf returns the name under which the connections of a remote address are counted. For a
// trusted proxy, whose connections are not limited, PeerOf returns "".
func (l Limits) PeerOf(remote net.Addr) string {
	address := peer(remote.String())
	if l.Trusted(address) {
		return ""
	}
	return NameOf(address)
}

// Trusted reports whether an address belongs to a trusted proxy. The header X-Forwarded-For is used
// only if a request comes from a trusted proxy.
func (l Limits) Trusted(address netip.Addr) bool {
	return slices.ContainsFunc(l.TrustedProxies, func(network netip.Prefix) bool { return network.Contains(address) })
}

// peer parses the remote address of a connection. If the text is not a network address, peer
// returns the zero Addr.
func peer(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	address, _ := netip.ParseAddr(host)
	return address.Unmap()
}
