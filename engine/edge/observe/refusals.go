package observe

import (
	"log/slog"
	"net/http"

	"golang.org/x/time/rate"

	"example.com/pgcqrs/engine/edge/admission"
)

// Refusals that are logged, each second: of one client, and of all of a kind. Twice as many may come at once.
const (
	refusalsOfOne = 1
	refusalsOfAll = 20
)

// refusals bounds what clients of a kind can write into the log by being refused.
type refusals struct {
	each *admission.Rates
	all  *rate.Limiter
}

func newRefusals() refusals {
	return refusals{admission.NewRates(refusalsOfOne), rate.NewLimiter(refusalsOfAll, 2*refusalsOfAll)}
}

func (r refusals) allow(client string) bool { return r.each.Allow(client) && r.all.Allow() }

// isRefusal says whether an answer tells a caller no because of who they are, or because there is nothing of theirs.
func isRefusal(status int, code string) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return true
	}
	return status == http.StatusNotFound && code == notFound
}

// notFound is the code of what is not there for the caller, be it another's.
const notFound = "not_found"

// levelOfRefusal makes warnings of what no client of good will and good health sends.
func levelOfRefusal(code string) slog.Level {
	switch code {
	case "invalid_token", "insufficient_scope":
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
