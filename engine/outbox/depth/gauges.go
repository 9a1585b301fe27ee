package depth

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type gauges struct {
	depth   prometheus.Gauge
	oldest  prometheus.Gauge
	dead    prometheus.Gauge
	streams prometheus.Gauge
	durable prometheus.Gauge
}

func newGauges(registerer prometheus.Registerer) *gauges {
	auto := promauto.With(registerer)
	return &gauges{
		depth: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_depth_messages", Help: "Messages waiting in the outbox.",
		}),
		oldest: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_oldest_seconds", Help: "Time since the oldest message was first seen in the outbox; 0 if it is empty.",
		}),
		dead: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_dead_messages", Help: "Messages that were set aside: the broker refuses them, or an earlier one of their stream.",
		}),
		streams: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_dead_streams", Help: "Streams whose messages were set aside.",
		}),
		durable: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_broker_durable", Help: "1 once the broker's settings were found to keep what it acknowledges, or if they are not checked; 0 before that, and while they are known to lose it, when nothing is published.",
		}),
	}
}
