package observe

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/tracing"
)

// Observer counts and logs requests.
type Observer struct {
	metrics metrics
	lines   *lines
	spans   spans
}

// New returns an Observer and registers its metrics. The parameter tracer starts the spans of
// requests; requests to paths for which isProbe returns true have none. If the handler of the logger
// holds back lines that repeat, and has a method Unlimited, the Observer uses the handler that this
// method returns: each line about a request is written.
func New(registry prometheus.Registerer, logger *slog.Logger, which Lines, tracer *tracing.Tracer, isProbe func(path string) bool) *Observer {
	o := &Observer{metrics: newMetrics(registry), spans: spans{tracer, isProbe}}
	o.lines = &lines{logger: unlimited(logger), which: which, subjects: newRefusals(), strangers: newRefusals(), unlogged: o.metrics.unlogged}
	return o
}

// Observe counts each request, and starts its span. Observe logs a request if the access log is on,
// or if the request was refused. Observe also logs a request if its answer shows personal data, or
// if only operators may see the answer.
func (o *Observer) Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		r, span := o.spans.start(r)
		recorder := &recorder{ResponseWriter: w, status: http.StatusOK}
		known := request.Of(r.Context())
		known.Named = func() { o.lines.read(r, routeOf(r), recorder.status) }
		known.Begun, known.LogSubject = func() { o.lines.began(r, routeOf(r)) }, o.lines.which.Subject
		defer func() {
			took, route := time.Since(start), routeOf(r)
			o.metrics.observe(r, route, recorder, took, span)
			o.lines.access(r, route, recorder, took)
			o.lines.refusal(r, route, recorder.status)
			o.lines.read(r, route, recorder.status)
			o.spans.end(span, r, route, recorder.status)
		}()
		next.ServeHTTP(recorder, r)
	})
}

// routeOf returns the pattern of a request's route, or "none".
func routeOf(r *http.Request) string {
	if route := chi.RouteContext(r.Context()).RoutePattern(); route != "" {
		return route
	}
	return "none"
}
