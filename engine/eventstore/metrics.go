package eventstore

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/event"
)

type metrics struct {
	appends      *prometheus.CounterVec
	appended     prometheus.Counter
	bytes        prometheus.Counter
	batchAppends prometheus.Histogram
	flights      *prometheus.HistogramVec
	reads        *prometheus.HistogramVec
	readEvents   *prometheus.CounterVec
	readBytes    *prometheus.CounterVec
	hintsFailed  prometheus.Counter
	logChanges   prometheus.Counter

	notificationQueue prometheus.Gauge
}

// newMetrics registers the store's metrics; without a registerer they are only counted.
func newMetrics(registerer prometheus.Registerer, queue chan *pending) *metrics {
	auto := promauto.With(registerer)
	seconds := prometheus.ExponentialBuckets(0.0001, 2, 16) // 0.1 ms … 3.3 s
	auto.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "eventstore_queue_appends", Help: "Appends waiting for a flight.",
	}, func() float64 { return float64(len(queue)) })
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
			Name: "eventstore_batch_appends", Help: "Appends that flew together.", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
		}),
		flights: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eventstore_flight_seconds", Help: "Time of a flight, lock and commit included.", Buckets: seconds,
		}, []string{"outcome"}),
		reads: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eventstore_read_seconds", Help: "Time of a read, decoding included.", Buckets: seconds,
		}, []string{"op"}),
		readEvents: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "eventstore_read_events_total", Help: "Events read.",
		}, []string{"op"}),
		readBytes: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "eventstore_read_bytes_total", Help: "Bytes of event data read.",
		}, []string{"op"}),
		logChanges: auto.NewCounter(prometheus.CounterOpts{
			Name: "eventstore_log_changes_total", Help: "Times that this process has found the log gone back, or its epoch changed.",
		}),
		hintsFailed: auto.NewCounter(prometheus.CounterOpts{
			Name: "eventstore_notifications_failed_total", Help: "Notifications of appended events that could not be sent; who listens finds the events by polling.",
		}),
		notificationQueue: auto.NewGauge(prometheus.GaugeOpts{
			Name: "eventstore_notification_queue_ratio", Help: "How full the cluster's queue of notifications was at the last look, by /readyz; 1: nobody can notify.",
		}),
	}
}

func (m *metrics) flight(batch []*pending, took time.Duration, err error) {
	outcome := "landed"
	if err != nil {
		outcome = "failed"
	}
	m.batchAppends.Observe(float64(len(batch)))
	m.flights.WithLabelValues(outcome).Observe(took.Seconds())
}

func (m *metrics) reading(op string, count, bytes int, took time.Duration) {
	m.reads.WithLabelValues(op).Observe(took.Seconds())
	m.readEvents.WithLabelValues(op).Add(float64(count))
	m.readBytes.WithLabelValues(op).Add(float64(bytes))
}

// finish answers an append and counts it.
func (s *Store) finish(p *pending, out outcome) {
	s.metrics.appends.WithLabelValues(outcomeLabel(out.err)).Inc()
	if out.err == nil {
		s.metrics.appended.Add(float64(len(p.events)))
		s.metrics.bytes.Add(float64(p.bytes))
	}
	p.done <- out
}

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
	case errors.Is(err, event.ErrUnavailable):
		return "unavailable"
	case errors.Is(err, event.ErrUnknownOutcome):
		return "unknown"
	}
	return "failed"
}
