package edge

import (
	"io"
	"net/http"

	"example.com/pgcqrs/engine/edge/problem"
)

// healthy answers that the process is alive. healthy does not check what the process depends on,
// such as the database.
func healthy(w http.ResponseWriter, _ *http.Request) { ok(w, "") }

// ready answers 200 if the process can handle requests, and 503 with the reason if it can't.
func (s *Stack) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.options.Ready(r.Context()); err != nil {
		s.Fail(w, r, problem.NotReady{Err: err})
		return
	}
	accepted := ""
	if s.options.Accepted != nil {
		accepted = s.options.Accepted()
	}
	ok(w, accepted)
}

// ok answers 200, and names the unsafe database settings that the operator has accepted, if any.
func ok(w http.ResponseWriter, accepted string) {
	text := "ok\n"
	if accepted != "" {
		text += "not as it must be, which is accepted: " + accepted + "\n"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text) // if WriteString fails, the client has closed the connection
}
