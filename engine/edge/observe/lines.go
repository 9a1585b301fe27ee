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

// lines writes the log's lines about requests.
type lines struct {
	logger              *slog.Logger
	subjects, strangers refusals // bounds of the lines about refusals
	unlogged            prometheus.Counter
}

// access writes the access log's line: the subject, the route and the outcome. It has the route's
// pattern, never the path, query, headers or body.
func (l *lines) access(r *http.Request, route string, answer *recorder, took time.Duration) {
	known := request.Of(r.Context())
	l.logger.LogAttrs(r.Context(), levelOf(route), "request", append(known.Who(),
		slog.String("method", knownMethod(r.Method)), slog.String("route", route),
		slog.Int("status", answer.status), slog.Int("bytes", answer.bytes),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000))...)
}

// refusal writes a line about a refused request, whether or not there is an access log, with the
// reason if the token was refused. Refusals above the bounds, of one client or of all, are only
// counted.
func (l *lines) refusal(r *http.Request, route string, status int) {
	known := request.Of(r.Context())
	if !isRefusal(status, known.Outcome) {
		return
	}
	logged := l.subjects.allow
	client := known.Caller.Subject
	if client == "" { // strangers, however many, push no subject's lines out
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

// read writes a line about an answer that shows personal data, or something that only operators may
// see: the reader and the streams, but none of the data. It is written whether or not there is an
// access log. A separate log of reads, with a longer retention, would begin here.
func (l *lines) read(r *http.Request, route string, status int) {
	known := request.Of(r.Context())
	if status >= http.StatusMultipleChoices { // 304 shows nothing either
		return
	}
	attributes := append(known.Who(), slog.String("method", knownMethod(r.Method)), slog.String("route", route), slog.Int("status", status))
	if len(known.Shown) > 0 && r.Method != http.MethodHead {
		l.logger.LogAttrs(r.Context(), slog.LevelInfo, "personal data read", append(attributes, slog.Any("stream_ids", known.Shown))...)
	}
	if known.Operation.Scope == auth.Operate {
		l.logger.LogAttrs(r.Context(), slog.LevelInfo, "operator's request", attributes...)
	}
}

// levelOf returns a level below the log's default for routes that are asked every few seconds.
func levelOf(route string) slog.Level {
	switch route {
	case "/healthz", "/readyz", "/metrics":
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// shortened bounds how much of a stranger's text gets into the log.
func shortened(reason string) string {
	const most = 300
	if len(reason) <= most {
		return reason
	}
	return strings.ToValidUTF8(reason[:most], "") + "…"
}
