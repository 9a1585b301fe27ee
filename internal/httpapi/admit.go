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
// turn before anything of them is checked but their token: a service that spends itself on what it
// refuses has nothing left for the work that it has taken. Nothing runs in a place but work. A token
// whose check takes long, and a body that does not come, must not take a place from those that are
// good, and the place is given back before the answer is written: its reader may be slow. Queries
// that hang, as they do before a replica that does, leave connections for commands.
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
		next.ServeHTTP(&placed{w, request}, r)
	})
}

// placed gives the request's place back once the answer begins. Each answer is made in memory before;
// one that is streamed would be made, from its first byte on, without a place.
type placed struct {
	http.ResponseWriter
	request *request
}

func (p *placed) WriteHeader(status int) {
	if status >= 200 { // others announce an answer
		p.request.leave()
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *placed) Write(text []byte) (int, error) {
	p.request.leave()
	return p.ResponseWriter.Write(text)
}

// Unwrap lets http.ResponseController through.
func (p *placed) Unwrap() http.ResponseWriter { return p.ResponseWriter }
