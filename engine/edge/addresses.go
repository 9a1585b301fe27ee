package edge

import (
	"net/http"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
)

// isProbe says whether a path is one that is answered here however busy the process is.
func (s *Stack) isProbe(path string) bool {
	return path == "/healthz" || s.Probes && (path == "/readyz" || path == "/metrics")
}

// limitAddresses turns away an address that sends too much, or has too much running, before
// anything that costs: tokens that are made up are the cheapest way to make us work.
func (s *Stack) limitAddresses(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isProbe(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		address, request := s.Limits.AddressOf(r), requestOf(r.Context())
		request.from = address
		if !s.addresses.Allow(admission.NameOf(address)) {
			s.Fail(w, r, problem.ErrTooManyRequests)
			return
		}
		if !s.Limits.Trusted(address) { // else it speaks for whoever it does not name
			request.address = admission.NameOf(address)
		}
		if !s.addressRequests.Enter(request.address) {
			s.Fail(w, r, s.turnAway("requests of address", problem.ErrTooManyAtOnce))
			return
		}
		defer s.addressRequests.Leave(request.address)
		next.ServeHTTP(w, r)
	})
}
