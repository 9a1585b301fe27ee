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

// lines are what the log has of requests.
type lines struct {
	logger              *slog.Logger
	subjects, strangers refusals // that are logged
	unlogged            prometheus.Counter
}

// access writes the access log's line: who asked for what kind of thing, and what became of
// it. It has the route's pattern, never the path, query, headers or body.
func (l *lines) access(r *http.Request, route string, answer *recorder, took time.Duration) {
	known := request.Of(r.Context())
	l.logger.LogAttrs(r.Context(), levelOf(route), "request", append(known.Who(),
		slog.String("method", knownMethod(r.Method)), slog.String("route", route),
		slog.Int("status", answer.status), slog.Int("bytes", answer.bytes),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000))...)
}

// refusal writes a line on a request that was refused, whether or not there is an access log, with the reason
// if it was its token. What a client or all of them have refused too often is counted instead.
func (l *lines) refusal(r *http.Request, route string, status int) {
	known := request.Of(r.Context())
	if !isRefusal(status, known.Outcome) {
		return
	}
	logged := l.subjects.allow
	client := known.Caller.Subject
	if client == "" { // strangers, who may be as many as they like, hide no subject
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

// read writes a line on an answer that shows personal data, or something that only operators may see: who has read
// what, without a word of it. It is written whether or not there is an access log. A log of reads that is kept apart,
// and longer, would begin here.
func (l *lines) read(r *http.Request, route string, status int) {
	known := request.Of(r.Context())
	if status >= http.StatusMultipleChoices { // 304, too, shows nothing
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

// levelOf keeps what asks every few seconds out of the log.
func levelOf(route string) slog.Level {
	switch route {
	case "/healthz", "/readyz", "/metrics":
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// shortened bounds what a stranger can write into the log.
func shortened(reason string) string {
	const most = 300
	if len(reason) <= most {
		return reason
	}
	return strings.ToValidUTF8(reason[:most], "") + "…"
}
