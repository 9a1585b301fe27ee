package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"example.com/pgcqrs/internal/events"
)

// errTooManyQueries is what ErrOverloaded is for queries.
var errTooManyQueries = fmt.Errorf("queries: %w", events.ErrOverloaded)

// changes says whether a method is that of commands.
func changes(method string) bool { return method == http.MethodPost || method == http.MethodDelete }

// admit lets MaxCommands commands and MaxQueries queries in at once, and turns the next
// away before anything of it is read or checked: a service that spends itself on
// refusals has nothing left for the work that it has taken. Queries that hang, as they
// do before a replica that does, leave connections for commands.
func (s *server) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var running *atomic.Int64
		var most int
		var tooMany error
		switch {
		case changes(r.Method):
			running, most, tooMany = &s.running, s.MaxCommands, events.ErrOverloaded
		case strings.HasPrefix(r.URL.Path, "/v1/"):
			running, most, tooMany = &s.querying, s.MaxQueries, errTooManyQueries
		default: // probes, metrics, the docs
			next.ServeHTTP(w, r)
			return
		}
		defer running.Add(-1)
		if running.Add(1) > int64(most) {
			s.fail(w, r, tooMany)
			return
		}
		next.ServeHTTP(w, r)
	})
}
