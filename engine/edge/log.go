package edge

import (
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/admission"
)

// logRequest writes the access log's line: who asked for what kind of thing, and what became of
// it. It has the route's pattern, never the path, query, headers or body.
func (s *Stack) logRequest(r *http.Request, route string, answer *recorder, took time.Duration) {
	request := requestOf(r.Context())
	s.Logger.LogAttrs(r.Context(), levelOf(route), "request", append(request.who(),
		slog.String("method", knownMethod(r.Method)), slog.String("route", route),
		slog.Int("status", answer.status), slog.Int("bytes", answer.bytes),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000))...)
}

// who returns the attributes that say which request it is and who has sent it: the address, as far as proxies
// are trusted to know it, and the subject, once the token was found good.
func (r *request) who() []slog.Attr {
	attributes := []slog.Attr{slog.String("request_id", r.id)}
	if r.from.IsValid() {
		attributes = append(attributes, slog.String("address", r.from.String()))
	}
	if r.caller.Subject != "" {
		attributes = append(attributes, slog.String("subject", r.caller.Subject))
	}
	return attributes
}

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

// logRefusal writes a line on a request that was refused, whether or not there is an access log, with the reason
// if it was its token. What a client or all of them have refused too often is counted instead.
func (s *Stack) logRefusal(r *http.Request, route string, status int) {
	request := requestOf(r.Context())
	if !isRefusal(status, request.outcome) {
		return
	}
	logged := s.refusedSubjects.allow
	client := request.caller.Subject
	if client == "" { // strangers, who may be as many as they like, hide no subject
		logged, client = s.refusedStrangers.allow, admission.NameOf(request.from)
	}
	if !logged(client) {
		s.metrics.unlogged.Inc()
		return
	}
	attributes := append(request.who(), slog.String("method", knownMethod(r.Method)), slog.String("route", route),
		slog.Int("status", status), slog.String("code", request.outcome))
	if request.reason != "" {
		attributes = append(attributes, slog.String("reason", shortened(request.reason)))
	}
	s.Logger.LogAttrs(r.Context(), levelOfRefusal(request.outcome), "request refused", attributes...)
}

// levelOfRefusal makes warnings of what no client of good will and good health sends.
func levelOfRefusal(code string) slog.Level {
	switch code {
	case "invalid_token", "insufficient_scope":
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// show notes that the answer shows what is personal in a stream.
func (r *request) show(id uuid.UUID) {
	if !slices.Contains(r.shown, id) { // a query may be run again
		r.shown = append(r.shown, id)
	}
}

// logRead writes a line on an answer that shows personal data, or something that only operators may see: who has read
// what, without a word of it. It is written whether or not there is an access log. A log of reads that is kept apart,
// and longer, would begin here.
func (s *Stack) logRead(r *http.Request, route string, status int) {
	request := requestOf(r.Context())
	if status >= http.StatusMultipleChoices { // 304, too, shows nothing
		return
	}
	attributes := append(request.who(), slog.String("method", knownMethod(r.Method)), slog.String("route", route), slog.Int("status", status))
	if len(request.shown) > 0 && r.Method != http.MethodHead {
		s.Logger.LogAttrs(r.Context(), slog.LevelInfo, "personal data read", append(attributes, slog.Any("stream_ids", request.shown))...)
	}
	if request.operation.Scope == auth.Operate {
		s.Logger.LogAttrs(r.Context(), slog.LevelInfo, "operator's request", attributes...)
	}
}
