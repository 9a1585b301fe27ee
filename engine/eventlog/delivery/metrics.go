package delivery

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/tracing"
)

type metrics struct {
	appends      *prometheus.CounterVec
	appended     prometheus.Counter
	bytes        prometheus.Counter
	batchAppends prometheus.Histogram
	flights      *prometheus.HistogramVec
}

// newMetrics returns the metrics of appends, and registers them if the registerer is not nil.
func newMetrics(registerer prometheus.Registerer) *metrics {
	auto := promauto.With(registerer)
	return &metrics{
		appends: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "eventstore_appends_total", Help: "Appends by outcome.",
		}, []string{"outcome"}),
		appended: auto.NewCounter(prometheus.CounterOpts{
			Name: "eventstore_appended_events_total", Help: "Events appended to the log.",
		}),
		bytes: auto.NewCounter(prometheus.CounterOpts{
			Name: "eventstore_appended_bytes_total", Help: "Bytes of event data and metadata appended to the log.",
		}),
		batchAppends: auto.NewHistogram(prometheus.HistogramOpts{
			Name: "eventstore_batch_appends", Help: "Appends that were sent in one flight.", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
		}),
		flights: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eventstore_flight_seconds", Help: "Time of a flight, including its wait for the lock and its commit.", Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16), // 0.1 ms … 3.3 s
		}, []string{"outcome"}),
	}
}

func (m *metrics) countFlight(batch []*Pending, took time.Duration, err error, span trace.Span) {
	outcome := "committed"
	if err != nil {
		outcome = "failed"
	}
	m.batchAppends.Observe(float64(len(batch)))
	tracing.Observe(m.flights.WithLabelValues(outcome), took.Seconds(), span)
}

func (m *metrics) countOutcome(p *Pending, err error) {
	m.appends.WithLabelValues(outcomeLabel(err)).Inc()
	if err == nil {
		m.appended.Add(float64(len(p.Rows.Events)))
		m.bytes.Add(float64(p.Rows.Bytes))
	}
}

// outcomeLabel returns the label under which the metrics count an outcome.
func outcomeLabel(err error) string {
	switch {
	case err == nil:
		return "appended"
	case errors.Is(err, event.ErrConflict):
		return "conflict"
	case errors.Is(err, event.ErrLogChanged):
		return "log_changed"
	case errors.Is(err, event.ErrOtherStream):
		return "other_stream"
	case errors.Is(err, event.ErrAnswered):
		return "answered"
	case errors.Is(err, event.ErrRecorded):
		return "recorded"
	case errors.Is(err, event.ErrTaken):
		return "taken"
	case errors.Is(err, event.ErrUnavailable):
		return "unavailable"
	case errors.Is(err, event.ErrUnknownOutcome):
		return "unknown"
	}
	return "failed"
}
