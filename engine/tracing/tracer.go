package tracing

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// Tracer starts the spans of requests and of background work. A nil Tracer starts no spans.
type Tracer struct{ tracer trace.Tracer }

// New returns a Tracer. If the provider is nil, New returns nil.
func New(provider trace.TracerProvider) *Tracer {
	if provider == nil {
		return nil
	}
	return &Tracer{provider.Tracer(scope)}
}

// Start starts a span in the trace of parent, a span of another process. If parent is not valid,
// the span begins a new trace. The caller must end the span.
func (t *Tracer) Start(ctx context.Context, name string, kind trace.SpanKind, parent trace.SpanContext) (context.Context, trace.Span) {
	if t == nil {
		return ctx, none
	}
	if !parent.IsValid() {
		return t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithNewRoot())
	}
	return t.tracer.Start(trace.ContextWithRemoteSpanContext(ctx, parent), name, trace.WithSpanKind(kind))
}
