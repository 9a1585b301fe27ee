package observe

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/request"
)

// Observer counts and logs requests.
type Observer struct {
	accessLog bool
	metrics   metrics
	lines     *lines
}

// New returns an Observer and registers its metrics. If accessLog is true, the Observer writes a
// log line about each request.
func New(registry prometheus.Registerer, logger *slog.Logger, accessLog bool) *Observer {
	o := &Observer{accessLog: accessLog, metrics: newMetrics(registry)}
	o.lines = &lines{logger: logger, subjects: newRefusals(), strangers: newRefusals(), unlogged: o.metrics.unlogged}
	return o
}

// Observe counts each request. Observe logs a request if the access log is on, or if the request
// was refused. Observe also logs a request if its answer shows personal data, or if only operators
// may see the answer.
func (o *Observer) Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &recorder{ResponseWriter: w, status: http.StatusOK}
		request.Of(r.Context()).Named = func() { o.lines.read(r, routeOf(r), recorder.status) }
		defer func() {
			took, route := time.Since(start), routeOf(r)
			o.metrics.observe(r, route, recorder, took)
			if o.accessLog {
				o.lines.access(r, route, recorder, took)
			}
			o.lines.refusal(r, route, recorder.status)
			o.lines.read(r, route, recorder.status)
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
