package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/database"
)

type metrics struct {
	published prometheus.Counter
	failures  prometheus.Counter
	depth     prometheus.Gauge
	oldest    prometheus.Gauge
	dead      prometheus.Gauge
	streams   prometheus.Gauge
	durable   prometheus.Gauge
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
			Name: "outbox_oldest_seconds", Help: "Since the oldest message was first seen in the outbox, 0 if it is empty.",
		}),
		dead: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_dead_messages", Help: "Messages that were set aside: the broker refuses them, or one of their stream before them.",
		}),
		streams: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_dead_streams", Help: "Streams whose messages were set aside.",
		}),
		durable: auto.NewGauge(prometheus.GaugeOpts{
			Name: "outbox_broker_durable", Help: "1 once a look has found that the broker's settings keep what it acknowledges, or if nobody looks; 0 before, and while they are known to lose it: nothing is published.",
		}),
	}
}

// Watch keeps the outbox's gauges up to date until ctx ends. It looks less often where that takes
// long, at entries of messages that are gone.
func (r *Relay) Watch(ctx context.Context) error {
	for ctx.Err() == nil {
		r.lookAtBroker()
		began := time.Now()
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			r.config.Logger.Error("can't see the outbox's depth", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(max(5*r.config.Poll, lookShare*time.Since(began))):
		}
	}
	return nil
}

func (r *Relay) lookAtBroker() {
	durable := 0.0
	if r.config.Durable == nil || r.config.Durable() {
		durable = 1
	}
	r.metrics.durable.Set(durable)
}

func (r *Relay) look(ctx context.Context) error {
	const sql = `
		SELECT o.depth, o.oldest, o.newest, d.messages, d.streams
		FROM (SELECT count(*) AS depth, coalesce(min(position), 0) AS oldest, coalesce(max(position), 0) AS newest FROM outbox) o,
		     (SELECT count(*) AS messages, count(DISTINCT stream_id) AS streams FROM dead_messages WHERE dropped_at IS NULL) d`
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	var depth, oldest, newest, dead, streams int64
	if err := r.pool.QueryRow(ctx, sql).Scan(&depth, &oldest, &newest, &dead, &streams); err != nil {
		return fmt.Errorf("read outbox depth: %w", err)
	}
	r.metrics.depth.Set(float64(depth))
	r.metrics.oldest.Set(r.waits.age(oldest, newest).Seconds())
	r.metrics.dead.Set(float64(dead))
	r.metrics.streams.Set(float64(streams))
	return nil
}

// waits tells for how long the oldest message has been in the outbox, as far as this process
// has seen. It asks no clock that somebody may set: messages have that of the API process.
type waits struct {
	seen    database.Sightings
	highest int64
}

// age is that of the message at position oldest, 0: there is none. The newest may be sent
// before it.
func (w *waits) age(oldest, newest int64) time.Duration {
	if oldest == 0 {
		*w = waits{}
		return 0
	}
	w.highest = max(w.highest, newest)
	w.seen.See(w.highest)
	w.seen.Forget(oldest)
	return w.seen.Age(oldest)
}
