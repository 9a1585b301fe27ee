package edge

import (
	"context"
	"net/http"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/event"
)

// changes says whether a method is that of commands, and of queries that have a body.
func changes(method string) bool { return method == http.MethodPost || method == http.MethodDelete }

// admit has MaxCommands commands and MaxQueries queries run at once, and others wait for their
// turn before anything of them is checked but their token: a service that spends itself on what it
// refuses has nothing left for the work that it has taken. Nothing runs in a place but work. A token
// whose check takes long, and a body that does not come, must not take a place from those that are
// good, and the place is given back before the answer is written: its reader may be slow. Queries
// that hang, as they do before a replica that does, leave connections for commands.
func (s *Stack) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		place, request := s.queries, requestOf(r.Context())
		if request.changes(r.Method) {
			place = s.commands
		}
		if err := s.turn(r.Context(), request, place, false); err != nil {
			s.Fail(w, r, err)
			return
		}
		defer request.leave()
		next.ServeHTTP(&placed{w, request}, r)
	})
}

// turn waits for the request's turn, and returns why it has none: that more comes in than can be done, or
// that its own client has as many of the places, or waiting for them, as may be one client's.
func (s *Stack) turn(ctx context.Context, request *request, place *admission.Queue, back bool) error {
	switch place.Enter(ctx, request.client(), back) {
	case admission.Runs:
		request.place = place
		return nil
	case admission.SubjectHasHalf:
		return s.turnAway("requests of subject", problem.ErrTooManyAtOnce)
	case admission.AddressHasHalf:
		return s.turnAway("requests of address", problem.ErrTooManyAtOnce)
	case admission.Overloaded:
	}
	if place == s.commands {
		return s.turnAway("commands", event.ErrOverloaded)
	}
	return s.turnAway("queries", problem.ErrTooManyQueries)
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
