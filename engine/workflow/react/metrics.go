package react

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Metrics count what Reactors do.
type Metrics struct {
	events, jobs, failures *prometheus.CounterVec
	seconds                *prometheus.HistogramVec
}

// NewMetrics returns Metrics. If registerer is nil, the metrics are counted but not exported.
func NewMetrics(registerer prometheus.Registerer) *Metrics {
	auto := promauto.With(registerer)
	return &Metrics{
		events: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "workflow_events_total", Help: "Events that a workflow has passed, with and without a reaction.",
		}, []string{"workflow"}),
		jobs: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "workflow_jobs_added_total", Help: "Jobs that the reactions of a workflow have added.",
		}, []string{"workflow"}),
		failures: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "workflow_failures_total", Help: "How often a workflow was interrupted by an error, or found a schedule without a next time, and tried again.",
		}, []string{"workflow"}),
		seconds: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "workflow_batch_seconds", Help: "Time to react to one batch of events.", Buckets: prometheus.DefBuckets,
		}, []string{"workflow"}),
	}
}

// Known adds the counters of a workflow with the value 0, so that they are exported before the
// first event.
func (m *Metrics) Known(workflow string) {
	m.events.WithLabelValues(workflow)
	m.jobs.WithLabelValues(workflow)
	m.failures.WithLabelValues(workflow)
}

func (m *Metrics) failed(workflow string) { m.failures.WithLabelValues(workflow).Inc() }

func (m *Metrics) reacted(workflow string, events, jobs int, took time.Duration) {
	m.events.WithLabelValues(workflow).Add(float64(events))
	m.jobs.WithLabelValues(workflow).Add(float64(jobs))
	m.seconds.WithLabelValues(workflow).Observe(took.Seconds())
}
