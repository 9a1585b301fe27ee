package httpapi

import (
	"fmt"
	"net/http"

	"example.com/pgcqrs/internal/events"
)

// errTooManyQueries is what ErrOverloaded is for queries.
var errTooManyQueries = fmt.Errorf("queries: %w", events.ErrOverloaded)

// changes says whether a method is that of commands.
func changes(method string) bool { return method == http.MethodPost || method == http.MethodDelete }

// admit has MaxCommands commands and MaxQueries queries run at once, and others wait for their
// turn before their body is read or anything of them is checked but their token: a service that
// spends itself on what it refuses has nothing left for the work that it has taken, and a token
// whose check takes long must not take a place from those that are good. Queries that hang,
// as they do before a replica that does, leave connections for commands.
func (s *server) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		place, limit, tooMany := s.queries, "queries", errTooManyQueries
		if changes(r.Method) {
			place, limit, tooMany = s.commands, "commands", events.ErrOverloaded
		}
		request := requestOf(r.Context())
		if !request.take(r.Context(), place) {
			s.fail(w, r, s.turnAway(limit, tooMany))
			return
		}
		defer request.leave()
		next.ServeHTTP(w, r)
	})
}
