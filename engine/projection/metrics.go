package projection

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	events    *prometheus.CounterVec
	batches   *prometheus.HistogramVec
	failures  *prometheus.CounterVec
	held      *prometheus.GaugeVec
	parked    *prometheus.GaugeVec
	lagEvents *prometheus.GaugeVec
	lagTime   *prometheus.GaugeVec
	differs   *prometheus.GaugeVec
	unaudited *prometheus.GaugeVec
	stopped   *prometheus.GaugeVec
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	auto := promauto.With(registerer)
	label := []string{"projection"}
	return &metrics{
		events: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "projection_events_total", Help: "Events projected by this process.",
		}, label),
		batches: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "projection_batch_seconds", Help: "Time to project a batch, commit included.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}, label),
		failures: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "projection_failures_total", Help: "Interruptions; each is tried again.",
		}, label),
		held: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_held", Help: "1 while this process works on the projection.",
		}, label),
		parked: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_parked_streams", Help: "Streams parked at an event that can't be applied, as the process that works on the projection sees them.",
		}, label),
		lagEvents: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_lag_events", Help: "Events in the log that the projection has not got to.",
		}, label),
		lagTime: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_lag_seconds", Help: "Age of the oldest event that the projection has not got to.",
		}, label),
		differs: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_audit_differences", Help: "Ranges of positions in which an audit has found other events applied than the log has, until that is settled.",
		}, label),
		stopped: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_stopped", Help: "1 while the projection is stopped because its checkpoint was ahead of the log.",
		}, label),
		unaudited: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_unaudited_seconds", Help: "Time since the oldest batch was applied that no audit has seen.",
		}, label),
	}
}

func (m *metrics) projected(name string, count int, took time.Duration) {
	m.events.WithLabelValues(name).Add(float64(count))
	m.batches.WithLabelValues(name).Observe(took.Seconds())
}

// letGo leaves the gauges to whoever works on the projection next.
func (m *metrics) letGo(name string) {
	m.held.WithLabelValues(name).Set(0)
	m.parked.WithLabelValues(name).Set(0)
}
