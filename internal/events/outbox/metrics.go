package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	published prometheus.Counter
	failures  prometheus.Counter
	depth     prometheus.Gauge
	oldest    prometheus.Gauge
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	auto := promauto.With(registerer)
	return &metrics{
		published: auto.NewCounter(prometheus.CounterOpts{
			Name: "outbox_published_total", Help: "Messages that the broker acknowledged to this process.",
		}),
		failures: auto.NewCounter(prometheus.CounterOpts{
			Name: "outbox_failures_total", Help: "Messages that the broker did not take; each is sent again.",
		}),
		depth: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_depth_messages", Help: "Messages waiting in the outbox.",
		}),
		oldest: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_oldest_seconds", Help: "Age of the oldest message in the outbox, 0 if it is empty.",
		}),
	}
}

// Watch keeps the outbox's gauges up to date until ctx ends.
func (r *Relay) Watch(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			r.config.Logger.Error("can't see the outbox's depth", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * r.config.Poll):
		}
	}
	return nil
}

func (r *Relay) look(ctx context.Context) error {
	const sql = `
		SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float8 FROM outbox`
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	var depth int64
	var oldest float64
	if err := r.pool.QueryRow(ctx, sql).Scan(&depth, &oldest); err != nil {
		return fmt.Errorf("read outbox depth: %w", err)
	}
	r.metrics.depth.Set(float64(depth))
	r.metrics.oldest.Set(max(0, oldest))
	return nil
}
