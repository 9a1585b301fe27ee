package batch

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Metrics counts the work of Appliers.
type Metrics struct {
	events   *prometheus.CounterVec
	batches  *prometheus.HistogramVec
	failures *prometheus.CounterVec
	held     *prometheus.GaugeVec
	parked   *prometheus.GaugeVec
}

// NewMetrics returns Metrics. Without a registerer they are not exported.
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

// Known exports a projection's counter of failures with the value 0, so that an alert can see it
// rise.
func (m *Metrics) Known(name string) { m.failures.WithLabelValues(name) }

// Failed counts one interruption of the projection by an error.
func (m *Metrics) Failed(name string) { m.failures.WithLabelValues(name).Inc() }

// Taken sets the gauge that says that this process runs the projection.
func (m *Metrics) Taken(name string) { m.held.WithLabelValues(name).Set(1) }

func (m *Metrics) projected(name string, count int, took time.Duration) {
	m.events.WithLabelValues(name).Add(float64(count))
	m.batches.WithLabelValues(name).Observe(took.Seconds())
}

// LetGo removes the gauges of the projection, which the next process that runs it exports.
func (m *Metrics) LetGo(name string) {
	m.held.WithLabelValues(name).Set(0)
	m.parked.WithLabelValues(name).Set(0)
}
