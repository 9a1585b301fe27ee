package observe

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/tracing"
)

// metrics has the metrics of requests. No label may have a value that a client can choose, such as
// an id or a path.
type metrics struct {
	requests      *prometheus.CounterVec
	duration      *prometheus.HistogramVec
	requestBytes  *prometheus.HistogramVec
	responseBytes *prometheus.HistogramVec
	commands      *prometheus.CounterVec
	refused       *prometheus.CounterVec
	unlogged      prometheus.Counter
	guesses       *guesses
}

func newMetrics(registry prometheus.Registerer) metrics {
	sizes := prometheus.ExponentialBuckets(64, 4, 7) // from 64 B to 256 KiB
	m := metrics{
		requests: counter("http_requests_total", "Requests by route and class of status.", "method", "route", "status"),
		duration: histogram("http_request_duration_seconds", "Time from a request's headers to its answer.",
			prometheus.ExponentialBuckets(0.0005, 2, 17), "method", "route"), // from 0.5 ms to 33 s
		requestBytes:  histogram("http_request_size_bytes", "Size of requests' bodies.", sizes, "method", "route"),
		responseBytes: histogram("http_response_size_bytes", "Size of answers' bodies.", sizes, "method", "route"),
		commands:      counter("http_commands_total", "Commands by outcome: done, replayed, or a problem's code.", "command", "outcome"),
		refused:       counter("http_callers_refused_total", "Requests refused because the caller may not, asks too often, or has nothing under the id, by the problem's code.", "code"),
		unlogged:      prometheus.NewCounter(prometheus.CounterOpts{Name: "http_refusals_unlogged_total", Help: "Refused requests without a line in the log, because their client, or all clients, had too many refusals."}),
		guesses:       newGuesses(),
	}
	registry.MustRegister(m.requests, m.duration, m.requestBytes, m.responseBytes, m.commands, m.refused, m.unlogged, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "http_not_found_most", Help: "Highest number of answers not_found that one subject got within this minute or the previous one."},
		func() float64 { return float64(m.guesses.mostOfOne(time.Now())) }))
	return m
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

func (m metrics) observe(r *http.Request, route string, answer *recorder, took time.Duration, span trace.Span) {
	method := knownMethod(r.Method)
	m.requests.WithLabelValues(method, route, strconv.Itoa(answer.status/100)+"xx").Inc()
	known := request.Of(r.Context())
	if !known.Streaming { // the client decides how long a streaming answer takes
		tracing.Observe(m.duration.WithLabelValues(method, route), took.Seconds(), span)
	}
	m.responseBytes.WithLabelValues(method, route).Observe(float64(answer.bytes))
	if r.ContentLength > 0 {
		m.requestBytes.WithLabelValues(method, route).Observe(float64(r.ContentLength))
	}
	if isRefusal(answer.status, known.Outcome) {
		m.refused.WithLabelValues(outcome(known)).Inc()
	}
	if known.Outcome == notFound {
		m.guesses.count(known.Caller.Subject, time.Now())
	}
	if known.Operation.ID != "" && known.Changes(method) {
		m.commands.WithLabelValues(known.Operation.ID, outcome(known)).Inc()
	}
}

func outcome(r *request.Request) string {
	if r.Outcome == "" {
		return "done"
	}
	return r.Outcome
}
