package httpapi

import (
	"io"
	"net/http"
)

// healthy says that the process is alive, whatever it depends on.
func healthy(w http.ResponseWriter, _ *http.Request) { ok(w) }

// ready says whether the process can take requests.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.Ready(r.Context()); err != nil {
		s.fail(w, r, notReady{err})
		return
	}
	ok(w)
}

func ok(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n") // whoever asked is gone if this fails
}
