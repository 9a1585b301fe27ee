package batch

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/tracing"
)

// Metrics has the counters and gauges of all Appliers of a process.
type Metrics struct {
	events   *prometheus.CounterVec
	batches  *prometheus.HistogramVec
	failures *prometheus.CounterVec
	held     *prometheus.GaugeVec
	parked   *prometheus.GaugeVec
}

// NewMetrics returns Metrics. If registerer is nil, the metrics are counted but not exported.
func NewMetrics(registerer prometheus.Registerer) *Metrics {
	auto := promauto.With(registerer)
	label := []string{"projection"}
	return &Metrics{
		events: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "projection_events_total", Help: "Events projected by this process.",
		}, label),
		batches: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "projection_batch_seconds", Help: "Time to project a batch, including its commit.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}, label),
		failures: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "projection_failures_total", Help: "Times that a projection was interrupted; each is retried.",
		}, label),
		held: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_held", Help: "1 while this process works on the projection.",
		}, label),
		parked: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_parked_streams", Help: "Streams parked at an event that can't be applied, as the process that works on the projection sees them.",
		}, label),
	}
}

// Known exports the failure counter of a projection with the value 0. Without Known, the counter
// would first appear with the value 1, and an alert on its increase would miss the first failure.
func (m *Metrics) Known(name string) { m.failures.WithLabelValues(name) }

// Failed adds 1 to the failure counter of a projection.
func (m *Metrics) Failed(name string) { m.failures.WithLabelValues(name).Inc() }

// Taken sets the gauge that shows that this process runs the projection.
func (m *Metrics) Taken(name string) { m.held.WithLabelValues(name).Set(1) }

func (m *Metrics) projected(name string, count int, took time.Duration, span trace.Span) {
	m.events.WithLabelValues(name).Add(float64(count))
	tracing.Observe(m.batches.WithLabelValues(name), took.Seconds(), span)
}

// LetGo sets the gauges of a projection to 0, because this process no longer runs the projection.
// The next process that runs the projection sets its own gauges.
func (m *Metrics) LetGo(name string) {
	m.held.WithLabelValues(name).Set(0)
	m.parked.WithLabelValues(name).Set(0)
}
