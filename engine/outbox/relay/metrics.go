package relay

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	published prometheus.Counter
	failures  prometheus.Counter
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	auto := promauto.With(registerer)
	return &metrics{
		published: auto.NewCounter(prometheus.CounterOpts{
			Name: "outbox_published_total", Help: "Messages that the broker acknowledged to this process.",
		}),
		failures: auto.NewCounter(prometheus.CounterOpts{
			Name: "outbox_failures_total", Help: "Times that the broker did not take a message, which is then sent again.",
		}),
	}
}
