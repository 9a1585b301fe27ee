package access

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/request"
)

// Callers authenticates and authorizes the callers of requests, and limits the requests of each
// subject.
type Callers struct {
	check      auth.Check
	rates      *admission.Rates
	requests   *admission.Shares
	turnedAway *admission.TurnedAway
	fail       problem.Fail
}

// NewCallers returns Callers. The function check authenticates the caller of a request.
func NewCallers(check auth.Check, limits admission.Limits, turnedAway *admission.TurnedAway, fail problem.Fail) *Callers {
	return &Callers{check, admission.NewRates(limits.Subject), admission.NewShares(limits.SubjectRequests), turnedAway, fail}
}

// Authorize authenticates the caller, and stores the caller in the Request (engine/edge/request).
// If the caller's token grants the scope that the operation requires, Authorize calls the next
// handler. Otherwise Authorize refuses the request. The domain and the read models check whether
// the caller owns the requested data. Authorize runs after the handler that finds the operation,
// and before the body of the request is read.
func (c *Callers) Authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known := request.Of(r.Context())
		if err := c.identify(r, known); err != nil {
			c.fail(w, r, err)
			return
		}
		if !c.requests.Enter(known.Caller.Subject) {
			c.fail(w, r, c.turnedAway.By("requests of subject", problem.ErrTooManyAtOnce))
			return
		}
		defer c.requests.Leave(known.Caller.Subject)
		next.ServeHTTP(w, r)
	})
}

// identify authenticates the caller, and checks the caller's scope and rate limit.
func (c *Callers) identify(r *http.Request, known *request.Request) error {
	token, err := bearer(r.Header)
	if err != nil {
		known.Reason = err.Error()
		return err
	}
	if known.Caller, err = c.check(r.Context(), token); err != nil {
		if errors.Is(err, auth.ErrBadToken) {
			known.Reason = err.Error()
		}
		return err
	}
	if !known.Caller.May(known.Operation.Scope) {
		return problem.ScopeMissing{Scope: known.Operation.Scope}
	}
	if !c.rates.Allow(known.Caller.Subject) {
		return problem.ErrTooManyRequests
	}
	return nil
}

// bearer returns the token of the Authorization header (RFC 6750, 2.1), or "" if the request has
// no such header.
func bearer(header http.Header) (string, error) {
	lines := header.Values("Authorization")
	if len(lines) == 0 {
		return "", nil
	}
	scheme, token, _ := strings.Cut(lines[0], " ")
	if len(lines) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", fmt.Errorf("%w: Authorization is not one Bearer token", auth.ErrBadToken)
	}
	return token, nil
}
