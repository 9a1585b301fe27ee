package access

import (
	"net/http"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// Addresses limits the requests from each client address, no matter which subjects send them.
type Addresses struct {
	limits     admission.Limits
	rates      *admission.Rates
	requests   *admission.Shares
	isProbe    func(path string) bool // reports whether a path is never limited
	turnedAway *admission.TurnedAway
	fail       problem.Fail
}

// NewAddresses returns Addresses whose counts are all zero.
func NewAddresses(limits admission.Limits, isProbe func(path string) bool, turnedAway *admission.TurnedAway, fail problem.Fail) *Addresses {
	return &Addresses{limits, admission.NewRates(limits.Address), admission.NewShares(limits.AddressRequests), isProbe, turnedAway, fail}
}

// Limit refuses a request if its client address sends too many requests per second, or if too many
// requests from the address are running. Limit runs before the check of the token, because that
// check takes time: otherwise anybody could keep the process busy with forged tokens.
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
		if !a.limits.Trusted(address) { // a trusted proxy may send the requests of many clients without their addresses, so its own address is not limited
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
