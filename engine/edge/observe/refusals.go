package observe

import (
	"log/slog"
	"net/http"

	"golang.org/x/time/rate"

	"example.com/pgcqrs/engine/edge/admission"
)

// Refusals that are logged each second: of one client, and of all clients of a kind. Twice as many
// may come at once.
const (
	refusalsOfOne = 1
	refusalsOfAll = 20
)

// refusals bounds how much clients of one kind can write into the log by being refused.
type refusals struct {
	each *admission.Rates
	all  *rate.Limiter
}

func newRefusals() refusals {
	return refusals{admission.NewRates(refusalsOfOne), rate.NewLimiter(refusalsOfAll, 2*refusalsOfAll)}
}

func (r refusals) allow(client string) bool { return r.each.Allow(client) && r.all.Allow() }

// isRefusal reports whether an answer says no because of the caller, or because the caller has
// nothing under the id.
func isRefusal(status int, code string) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return true
	}
	return status == http.StatusNotFound && code == notFound
}

// notFound is the code for something that does not exist for the caller; it may be another
// caller's.
const notFound = "not_found"

// levelOfRefusal returns Warn for refusals that no well-meaning, working client causes.
func levelOfRefusal(code string) slog.Level {
	switch code {
	case "invalid_token", "insufficient_scope":
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
