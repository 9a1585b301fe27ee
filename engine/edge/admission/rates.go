package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// watched is how many subjects, and how many addresses, are told apart; who was seen
// least recently starts anew.
const watched = 10_000

// rates bounds how many requests a second each of many may send: a token bucket each.
type rates struct {
	most    int
	buckets *lru.Cache[string, *rate.Limiter]
}

// newRates lets most requests a second pass, and twice as many at once; 0: any number.
func newRates(most int) *rates {
	buckets, err := lru.New[string, *rate.Limiter](watched)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &rates{most, buckets}
}

func (r *rates) allow(name string) bool {
	if r.most == 0 {
		return true
	}
	bucket, known := r.buckets.Get(name)
	if !known {
		bucket = rate.NewLimiter(rate.Limit(r.most), 2*r.most)
		if earlier, raced, _ := r.buckets.PeekOrAdd(name, bucket); raced {
			bucket = earlier
		}
	}
	return bucket.Allow()
}

// isProbe says whether a path is one that is answered here however busy the process is.
func (s *server) isProbe(path string) bool {
	return path == "/healthz" || s.Probes && (path == "/readyz" || path == "/metrics")
}

// limitAddresses turns away an address that sends too much, or has too much running, before
// anything that costs: tokens that are made up are the cheapest way to make us work.
func (s *server) limitAddresses(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isProbe(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		address, request := s.addressOf(r), requestOf(r.Context())
		request.from = address
		if !s.addresses.allow(nameOf(address)) {
			s.fail(w, r, errTooManyRequests)
			return
		}
		if !s.trusted(address) { // else it speaks for whoever it does not name
			request.address = nameOf(address)
		}
		if !s.addressRequests.enter(request.address) {
			s.fail(w, r, s.turnAway("requests of address", errTooManyAtOnce))
			return
		}
		defer s.addressRequests.leave(request.address)
		next.ServeHTTP(w, r)
	})
}

// hopOf reads an address of X-Forwarded-For, to which some proxies append a port.
func hopOf(text string) (netip.Addr, bool) {
	if address, err := netip.ParseAddr(text); err == nil {
		return address, true
	}
	with, err := netip.ParseAddrPort(text)
	return with.Addr(), err == nil
}

// addressOf is where a request comes from: the peer, or, if that is a proxy that we
// trust, the last address of X-Forwarded-For that is not one, too.
func (s *server) addressOf(r *http.Request) netip.Addr {
	address := peer(r.RemoteAddr)
	if s.trusted(address) {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, hop := range slices.Backward(hops) {
			next, ok := hopOf(strings.TrimSpace(hop))
			if !ok {
				break
			}
			if address = next.Unmap(); !s.trusted(address) {
				break
			}
		}
	}
	return address
}

// nameOf is what an address is counted as. An IPv6 address stands for its network of 64
// bits, which one client has all of.
func nameOf(address netip.Addr) string {
	if address.Is6() {
		network, err := address.WithZone("").Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return address.String()
}

func (s *server) trusted(address netip.Addr) bool { return s.Limits.trusted(address) }

// PeerOf returns what the other end of a connection is counted as, "" for a trusted proxy.
func (l Limits) PeerOf(remote net.Addr) string {
	address := peer(remote.String())
	if l.trusted(address) {
		return ""
	}
	return nameOf(address)
}

func (l Limits) trusted(address netip.Addr) bool {
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
