package health

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	lagEvents    *prometheus.GaugeVec
	lagTime      *prometheus.GaugeVec
	differs      *prometheus.GaugeVec
	unreconciled *prometheus.GaugeVec
	stopped      *prometheus.GaugeVec
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	auto := promauto.With(registerer)
	label := []string{"projection"}
	return &metrics{
		lagEvents: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_lag_events", Help: "Events in the log that the projection has not reached.",
		}, label),
		lagTime: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_lag_seconds", Help: "Age of the oldest event that the projection has not reached.",
		}, label),
		differs: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_reconcile_differences", Help: "Ranges of positions in which other events were applied than the log has, until an operator has settled them.",
		}, label),
		stopped: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_stopped", Help: "1 while the projection is stopped because its checkpoint was ahead of the log.",
		}, label),
		unreconciled: auto.NewGaugeVec(prometheus.GaugeOpts{
			Name: "projection_unreconciled_seconds", Help: "Time since the oldest batch was applied that was not compared with the log.",
		}, label),
	}
}
