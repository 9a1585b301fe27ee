package tracing

import (
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
)

// Observe adds a value to a histogram. If the span is sampled, the value gets an exemplar: the id
// of the span's trace.
func Observe(histogram prometheus.Observer, value float64, span trace.Span) {
	at := span.SpanContext()
	with, can := histogram.(prometheus.ExemplarObserver)
	if !can || !at.IsSampled() {
		histogram.Observe(value)
		return
	}
	with.ObserveWithExemplar(value, prometheus.Labels{"trace_id": at.TraceID().String()})
}
