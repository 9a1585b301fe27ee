package loglevel

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Path is the path at which Handler is served.
const Path = "/log-level"

// answer says which level a process logs.
type answer struct {
	Level      string `json:"level"`
	Configured string `json:"configured"`
	Until      string `json:"until,omitempty"` // end of the change; "": the level is the configured one
}

// Handler answers GET with the level. PUT changes the level, by the parameters level and for, such
// as ?level=debug&for=10m. DELETE ends a change. The logger gets a line about each change, with the
// address from which it came.
func (l *Level) Handler(logger *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, _ *http.Request) { l.tell(w) })
	mux.HandleFunc("PUT "+Path, func(w http.ResponseWriter, r *http.Request) {
		to, within, err := l.asked(r.URL.RawQuery)
		l.apply(w, r, logger, to, within, err)
	})
	mux.HandleFunc("DELETE "+Path, func(w http.ResponseWriter, r *http.Request) {
		l.apply(w, r, logger, l.configured, 0, nil)
	})
	return mux
}

// apply changes the level, logs the change, and answers with the level.
func (l *Level) apply(w http.ResponseWriter, r *http.Request, logger *slog.Logger, to slog.Level, within time.Duration, err error) {
	switch {
	case r.Header.Get("Origin") != "": // a browser sends it, and no tool of an operator
		refuse(w, http.StatusForbidden, "browser", "A web page may not change the level: use curl, or another tool that sends no Origin.")
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	before := l.change(to, within, logger)
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		from = "unknown"
	}
	l.say(r.Context(), logger, "the log's level was changed", slog.String("before", nameOf(before)), slog.String("now", nameOf(to)),
		slog.Float64("seconds", within.Seconds()), slog.String("address", from))
	l.tell(w)
}

// asked returns the level that the parameters of a request ask for, and for how long.
func (l *Level) asked(query string) (to slog.Level, within time.Duration, err error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return 0, 0, fmt.Errorf("the query can't be read: write it like ?level=debug&for=10m")
	}
	for name, given := range values {
		if name != "level" && name != "for" || len(given) > 1 {
			return 0, 0, fmt.Errorf("the parameters are level and for, each at most once, like ?level=debug&for=10m")
		}
	}
	if to, err = named(values.Get("level")); err != nil {
		return 0, 0, err
	}
	if to > l.configured {
		return 0, 0, fmt.Errorf("level must be at most %s, which LOG_LEVEL says: fewer lines need a restart, so that nobody can hide lines by this address", nameOf(l.configured))
	}
	within = changeFor
	if values.Has("for") {
		if within, err = time.ParseDuration(values.Get("for")); err != nil || within < time.Second || within > longestFor {
			return 0, 0, fmt.Errorf("for must be a time from 1s to 24h, like 10m")
		}
	}
	if to == l.configured {
		within = 0
	}
	return to, within, nil
}

// tell answers with the level.
func (l *Level) tell(w http.ResponseWriter) {
	l.mu.Lock()
	now := answer{Level: nameOf(l.Level()), Configured: nameOf(l.configured)}
	if !l.until.IsZero() {
		now.Until = l.until.UTC().Format(time.RFC3339)
	}
	l.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(now) // a write fails if the client is gone
}

func refuse(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // a write fails if the client is gone
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": code, "detail": detail,
	})
}
