package httpapi

import (
	"net/http"

	"example.com/pgcqrs/internal/events"
)

// admit lets MaxCommands commands in at once, and turns the next away before anything
// of it is read or checked: a service that spends itself on refusals has nothing left
// for the work that it has taken.
func (s *server) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		defer s.running.Add(-1)
		if s.running.Add(1) > int64(s.MaxCommands) {
			s.fail(w, r, events.ErrOverloaded)
			return
		}
		next.ServeHTTP(w, r)
	})
}
