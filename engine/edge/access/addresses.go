package access

import (
	"net/http"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// Addresses bounds what one address may send, whichever subject sends it.
type Addresses struct {
	limits     admission.Limits
	rates      *admission.Rates
	requests   *admission.Shares
	isProbe    func(path string) bool // such a path is answered however busy the process is
	turnedAway *admission.TurnedAway
	fail       problem.Fail
}

// NewAddresses returns Addresses that have counted no request yet.
func NewAddresses(limits admission.Limits, isProbe func(path string) bool, turnedAway *admission.TurnedAway, fail problem.Fail) *Addresses {
	return &Addresses{limits, admission.NewRates(limits.Address), admission.NewShares(limits.AddressRequests), isProbe, turnedAway, fail}
}

// Limit refuses requests of an address that sends too much, or has too many running, before
// anything that costs time: made-up tokens are the cheapest way to keep the process busy.
func (a *Addresses) Limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.isProbe(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		address, known := a.limits.AddressOf(r), request.Of(r.Context())
		known.From = address
		if !a.rates.Allow(admission.NameOf(address)) {
			a.fail(w, r, problem.ErrTooManyRequests)
			return
		}
		if !a.limits.Trusted(address) { // otherwise the proxy sends for clients that it does not name
			known.Address = admission.NameOf(address)
		}
		if !a.requests.Enter(known.Address) {
			a.fail(w, r, a.turnedAway.By("requests of address", problem.ErrTooManyAtOnce))
			return
		}
		defer a.requests.Leave(known.Address)
		next.ServeHTTP(w, r)
	})
}
