package observe

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/request"
)

// Lines says which log lines are written about requests, and how they name a caller.
type Lines struct {
	Access       bool                        // each request has a line
	OnlyFailures bool                        // only requests that failed have a line
	Subject      func(subject string) string // returns the hash of a subject; nil: lines have the subject
}

// lines writes log lines about requests.
type lines struct {
	logger              *slog.Logger
	which               Lines
	subjects, strangers refusals // limits of the log lines about refused requests: for clients with a subject, and for clients without a subject
	unlogged            prometheus.Counter
}

// unlimited returns a logger whose lines are not held back because they repeat.
func unlimited(logger *slog.Logger) *slog.Logger {
	if limited, ok := logger.Handler().(interface{ Unlimited() slog.Handler }); ok {
		return slog.New(limited.Unlimited())
	}
	return logger
}

// access writes a line of the access log: the subject, the route and the outcome of a request. The
// route is written as its pattern. The line never has the path, query, headers or body of the
// request.
func (l *lines) access(r *http.Request, route string, answer *recorder, took time.Duration) {
	known, level := request.Of(r.Context()), levelOf(route)
	failed := answer.status >= http.StatusBadRequest || known.Outcome == request.BrokenOff
	if !l.which.Access || l.which.OnlyFailures && !failed || !l.logger.Enabled(r.Context(), level) {
		return
	}
	l.logger.LogAttrs(r.Context(), level, "request", append(known.Who(),
		slog.String("method", knownMethod(r.Method)), slog.String("route", route),
		slog.Int("status", answer.status), slog.String("outcome", outcome(known)),
		slog.Int("bytes_in", len(known.Body)), slog.Int("bytes_out", answer.bytes),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000))...)
}

// began writes a line of the access log about a streaming answer that begins. Such an answer may
// last for hours, and its other line is written at its end.
func (l *lines) began(r *http.Request, route string) {
	if !l.which.Access || l.which.OnlyFailures {
		return
	}
	l.logger.LogAttrs(r.Context(), slog.LevelInfo, "streaming answer began", append(request.Of(r.Context()).Who(),
		slog.String("method", knownMethod(r.Method)), slog.String("route", route))...)
}

// refusal writes a log line about a refused request, even if the access log is off. If the token
// was refused, the line has the reason. If there are too many such lines, about one client or about
// all clients, refusal writes no line. It then only counts the refusal in a metric.
func (l *lines) refusal(r *http.Request, route string, status int) {
	known := request.Of(r.Context())
	if !isRefusal(status, known.Outcome) {
		return
	}
	logged := l.subjects.allow
	client := known.Caller.Subject
	if client == "" { // clients without a subject have a separate limit, so that they can't use up the limit for subjects
		logged, client = l.strangers.allow, admission.NameOf(known.From)
	}
	if !logged(client) {
		l.unlogged.Inc()
		return
	}
	attributes := append(known.Who(), slog.String("method", knownMethod(r.Method)), slog.String("route", route),
		slog.Int("status", status), slog.String("code", known.Outcome))
	if known.Reason != "" {
		attributes = append(attributes, slog.String("reason", shortened(known.Reason)))
	}
	l.logger.LogAttrs(r.Context(), levelOfRefusal(known.Outcome), "request refused", attributes...)
}

// read writes a log line about an answer that shows personal data, or that only operators may see.
// read does so even if the access log is off. The line has the caller and the ids of the streams,
// and no personal data. A service that needs a separate log of reads, with a longer retention, can
// write it here.
func (l *lines) read(r *http.Request, route string, status int) {
	known := request.Of(r.Context())
	if status >= http.StatusMultipleChoices { // an answer with the status 304 shows no data either
		return
	}
	attributes := append(known.Who(), slog.String("method", knownMethod(r.Method)), slog.String("route", route), slog.Int("status", status))
	if len(known.Shown) > 0 && r.Method != http.MethodHead {
		l.logger.LogAttrs(r.Context(), slog.LevelInfo, "personal data read", append(attributes, slog.Any("stream_ids", known.Shown))...)
	}
	if known.Operation.Scope == auth.Operate || known.AsOperator {
		l.logger.LogAttrs(r.Context(), slog.LevelInfo, "operator's request", attributes...)
	}
}

// levelOf returns Debug for the routes of probes, which are requested every few seconds, and
// Info for all other routes.
func levelOf(route string) slog.Level {
	switch route {
	case "/healthz", "/readyz", "/metrics":
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// shortened limits the length of a reason in a log line, because the reason may contain text from a
// client.
func shortened(reason string) string {
	const most = 300
	if len(reason) <= most {
		return reason
	}
	return strings.ToValidUTF8(reason[:most], "") + "…"
}
