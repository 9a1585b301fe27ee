package observe

import (
	"log/slog"
	"net/http"

	"golang.org/x/time/rate"

	"example.com/pgcqrs/engine/edge/admission"
)

// refusalsOfOne is the maximum number of logged refusals per second for one client. refusalsOfAll
// is the maximum number per second for all clients with a subject together. The clients without a
// subject together have the same maximum. A burst may have twice as many refusals.
const (
	refusalsOfOne = 1
	refusalsOfAll = 20
)

// refusals limits the log lines about refused requests of one kind of clients, such as clients with
// a subject.
type refusals struct {
	each *admission.Rates
	all  *rate.Limiter
}

func newRefusals() refusals {
	return refusals{admission.NewRates(refusalsOfOne), rate.NewLimiter(refusalsOfAll, 2*refusalsOfAll)}
}

func (r refusals) allow(client string) bool { return r.each.Allow(client) && r.all.Allow() }

// isRefusal reports whether an answer refuses a request because of its caller: the caller has no
// valid token or scope, sends too many requests, or owns nothing with the requested id.
func isRefusal(status int, code string) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return true
	}
	return status == http.StatusNotFound && code == notFound
}

// notFound is the code of the answer if the caller owns nothing with the requested id. Another
// caller may own the entity with that id.
const notFound = "not_found"

// levelOfRefusal returns Warn for refusals that a correct client never causes, and Info for all
// other refusals.
func levelOfRefusal(code string) slog.Level {
	switch code {
	case "invalid_token", "insufficient_scope":
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
